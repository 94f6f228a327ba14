"""
The audit trail as a file that can be verified offline: one JSON object a line.

    {"block":{...the header...},"hash":"..."}
    {"digest":"...","record":{...}}             one for each record of the block above
    {"end":{"blocks":2,"head":"...","records":5}}

Every line must be in the canonical form (``domain/audit/canonical.py``), so that a change of any byte
breaks either the form of its line or a hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from domain.audit.canonical import Document, canonical
from domain.audit.chain import Block, Seal, SealedBlock, block_of, header_of
from domain.audit.verification import Verification


class Unreadable(Exception):
    """A line is not in the canonical form or out of place; the message names it."""


def lines_of(sealed: SealedBlock) -> Iterator[bytes]:
    yield _line({"block": header_of(sealed.block), "hash": sealed.block.hash})
    for seal in sealed.seals:
        is_gone = seal.document is None
        record = {"gone": seal.record_id} if is_gone else {"record": seal.document}
        yield _line({"digest": seal.digest, **record})


def end_of(verification: Verification) -> bytes:
    """The last line: the counts and the head of the blocks that ``verification`` was given."""
    head = verification.head.hash if verification.head else None
    totals = {"blocks": verification.blocks, "records": verification.records, "head": head}
    return _line({"end": totals})


def read(lines: Iterable[bytes], verification: Verification) -> Iterator[SealedBlock]:
    """
    Yield every block of the file. Pass each to ``verification`` before asking for the next.

    Raises ``Unreadable``, also for a file whose last line is missing or does not match.
    """
    block: Block | None = None
    seals: list[Seal] = []
    number, is_over = 0, False
    for number, line in enumerate(lines, start=1):
        following = _parsed(line, number, is_over=is_over)
        if isinstance(following, Seal) and block:
            seals.append(following)
            continue
        if block:
            yield SealedBlock(block, tuple(seals))
        is_over = line == end_of(verification)
        block, seals = (following, []) if isinstance(following, Block) else (None, [])
        if block is None and not is_over:
            raise Unreadable(f"line {number} does not match the lines before it")
    if not is_over:
        raise Unreadable(f"the file ends after line {number} without its last line")


def _line(document: Document) -> bytes:
    return canonical(document) + b"\n"


def _parsed(line: bytes, number: int, *, is_over: bool) -> Block | Seal | None:
    """Parse a line; ``None`` stands for the last one. Raises ``Unreadable``."""
    try:
        document = json.loads(line)
        if not is_over and _line(document) == line:
            return _parsed_document(document)
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise Unreadable(f"line {number} is not as export-audit wrote it")


def _parsed_document(document: Any) -> Block | Seal | None:
    match document:
        case {"digest": str(digest), "record": {"id": int(record_id)} as record}:
            return Seal(record_id=record_id, digest=digest, document=record)
        case {"digest": str(digest), "gone": int(record_id)}:
            return Seal(record_id=record_id, digest=digest, document=None)
        case {"block": {} as header, "hash": str(own_hash)}:
            block = block_of(header, own_hash=own_hash)
            if header_of(block) != header:
                raise ValueError(header)
            return block
        case {"end": {}}:
            return None
        case _:
            raise ValueError(document)
