"""
Sealed blocks of audit records. Each holds the hash of the previous block, so a change cannot go unnoticed.

A record's **digest** is the SHA-256 of its canonical form. A block's **hash** is the SHA-256 of its
header, which holds the previous block's hash, and of the digests of its records in the order of their
numbers. The digests are stored, so that a change can be located and not only detected.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from domain.audit.canonical import Document, canonical, digest, moment
from domain.audit.record import AuditRecord

GENESIS = "0" * 64
"""The previous hash of the first block."""


@attrs.frozen(kw_only=True)
class Seal:
    """A record's place in a block; ``document`` is ``None`` when the record is missing."""

    record_id: int
    digest: str
    document: Document | None


@attrs.frozen(kw_only=True)
class Block:
    """``first_id`` and ``last_id`` are the smallest and largest number of its ``count`` records."""

    number: int
    first_id: int
    last_id: int
    count: int
    previous_hash: str
    hash: str
    sealed_at: datetime


@attrs.frozen
class SealedBlock:
    """A block with its records, in the order of their numbers."""

    block: Block
    seals: tuple[Seal, ...]


def document_of(record_id: int, record: AuditRecord) -> Document:
    """The full record, as it is hashed and exported."""
    return {
        "id": record_id,
        "at": moment(record.at),
        "kind": record.kind.value,
        "subject": record.subject,
        "actor": record.actor,
        "about": record.about,
        "request_id": record.request_id,
        "ip": record.ip,
        "detail": dict(record.detail),
    }


def block_of(header: Document, *, own_hash: str) -> Block:
    """The inverse of ``header_of``. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
    sealed_at = datetime.fromisoformat(header["sealed_at"])
    return Block(**{**header, "sealed_at": sealed_at, "hash": own_hash})


def seal(documents: Sequence[Document], *, previous: Block | None, at: datetime) -> SealedBlock:
    """The next block, with one or more documents in the order of their numbers."""
    seals = tuple(
        Seal(record_id=document["id"], digest=digest(canonical(document)), document=document)
        for document in documents
    )
    unsealed = Block(
        number=previous.number + 1 if previous else 1,
        first_id=seals[0].record_id,
        last_id=seals[-1].record_id,
        count=len(seals),
        previous_hash=previous.hash if previous else GENESIS,
        hash="",
        sealed_at=at,
    )
    digests = [each.digest for each in seals]
    return SealedBlock(attrs.evolve(unsealed, hash=hash_of(unsealed, digests)), seals)


def header_of(block: Block) -> Document:
    """All of a block except its own hash."""
    return {
        "number": block.number,
        "first_id": block.first_id,
        "last_id": block.last_id,
        "count": block.count,
        "previous_hash": block.previous_hash,
        "sealed_at": moment(block.sealed_at),
    }


def hash_of(block: Block, digests: Sequence[str]) -> str:
    return digest(canonical(header_of(block)) + "".join(digests).encode())
