"""Verifies a chain of blocks, and reports exactly what differs from what was sealed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.audit.canonical import canonical, digest
from domain.audit.chain import GENESIS, Block, Seal, SealedBlock, hash_of


@attrs.frozen
class Difference:
    """A difference from what was sealed; ``record_id`` is set when one record can be named."""

    block: int
    record_id: int | None
    what: str

    def __str__(self) -> str:
        record = f", record {self.record_id}" if self.record_id is not None else ""
        return f"block {self.block}{record}: {self.what}"


@attrs.define(kw_only=True)
class Verification:
    """
    Checks one block after the other, and counts.

    With ``from_genesis`` the first block must be block 1; otherwise it may be any block, and those before
    it are not checked. ``witness`` is a block hash that was recorded elsewhere and must occur in the chain.
    """

    from_genesis: bool = True
    witness: str | None = None
    is_witnessed: bool = False
    blocks: int = 0
    records: int = 0
    head: Block | None = None
    _follows: frozenset[str] = frozenset()

    def take(self, sealed: SealedBlock) -> list[Difference]:
        """The differences in the block, and between it and the previous block."""
        computed = hash_of(sealed.block, [seal.digest for seal in sealed.seals])
        found = [*self._sequence(sealed.block), *_content(sealed, computed)]
        self.blocks += 1
        self.records += len(sealed.seals)
        self.head = sealed.block
        self.is_witnessed = self.is_witnessed or sealed.block.hash == self.witness
        # A block whose own hash was changed is reported once, and not again for its successor.
        self._follows = frozenset({computed, sealed.block.hash})
        return found

    def _sequence(self, block: Block) -> Iterator[Difference]:
        before = self.head.number if self.head else 0
        is_start = self.head is None and not self.from_genesis and block.number > 1
        if is_start:
            return
        if block.number != before + 1:
            yield Difference(before + 1, None, f"is missing; block {block.number} comes instead")
        elif block.previous_hash not in (self._follows if self.head else {GENESIS}):
            yield Difference(block.number, None, "does not hold the hash of the block before")


def _content(sealed: SealedBlock, computed: str) -> Iterator[Difference]:
    """Names the records that differ; if they do not explain the difference, the block was changed."""
    block = sealed.block
    actual = hash_of(block, [_digest_now(seal) for seal in sealed.seals])
    altered = [seal for seal in sealed.seals if seal.document is None or not _is_intact(seal)]
    for seal in altered:
        yield Difference(
            block.number, seal.record_id, _fate(seal, is_block_intact=actual == block.hash)
        )
    if computed == block.hash or (altered and actual == block.hash):
        return
    if len(sealed.seals) != block.count:
        what = f"holds {len(sealed.seals)} records instead of {block.count}"
    else:
        what = "its header or its hash was changed"
    yield Difference(block.number, None, what)


def _fate(seal: Seal, *, is_block_intact: bool) -> str:
    if seal.document is None:
        return "is gone"
    return "the digest in its seal was changed" if is_block_intact else "was changed"


def _is_intact(seal: Seal) -> bool:
    return _digest_now(seal) == seal.digest


def _digest_now(seal: Seal) -> str:
    """The digest of the record as it is now."""
    return seal.digest if seal.document is None else digest(canonical(seal.document))
