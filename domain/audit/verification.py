"""Reads a chain of blocks and says exactly what in it is not as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.audit.canonical import canonical, digest
from domain.audit.chain import GENESIS, Block, Seal, SealedBlock, hash_of


@attrs.frozen
class Difference:
    """Where history is not as it was sealed; ``record_id`` when one record can be named."""

    block: int
    record_id: int | None
    what: str

    def __str__(self) -> str:
        place = f"block {self.block}"
        return f"{place}, record {self.record_id}: {self.what}" if self.record_id else self.what


@attrs.define
class Verification:
    """
    Takes one block after the other.

    With ``from_genesis`` the first must be the first there ever was; else it may be any, and what came
    before it is not known.
    """

    from_genesis: bool = True
    blocks: int = 0
    records: int = 0
    head: Block | None = None
    hashes: set[str] = attrs.field(factory=set)
    _follows: set[str] = attrs.field(factory=set)

    def take(self, sealed: SealedBlock) -> list[Difference]:
        """What is wrong with the block, or between it and the one before."""
        computed = hash_of(sealed.block, [seal.digest for seal in sealed.seals])
        found = [*self._sequence(sealed.block), *_content(sealed, computed)]
        self.blocks += 1
        self.records += len(sealed.seals)
        self.head = sealed.block
        self.hashes.add(sealed.block.hash)
        # A block whose own hash was changed is named once, and its successor is not blamed for it.
        self._follows = {computed, sealed.block.hash}
        return found

    def _sequence(self, block: Block) -> Iterator[Difference]:
        if self.head is None:
            is_first = block.number == 1 or not self.from_genesis
            fits = block.previous_hash == GENESIS or block.number > 1
        else:
            is_first = block.number == self.head.number + 1
            fits = block.previous_hash in self._follows
        if not is_first:
            missing = self.head.number + 1 if self.head else 1
            yield Difference(block.number, None, f"block {missing} is missing")
        elif not fits:
            before = block.number - 1
            what = f"block {block.number} does not hold the hash of block {before}"
            yield Difference(block.number, None, what)


def _content(sealed: SealedBlock, computed: str) -> Iterator[Difference]:
    """A record that differs is named; when none does, the block or its seals are what was changed."""
    block = sealed.block
    records = list(_records(sealed))
    yield from records
    if computed == block.hash:
        return
    if len(sealed.seals) != block.count:
        what = f"block {block.number} was sealed with {block.count} records, has {len(sealed.seals)}"
        yield Difference(block.number, None, what)
    elif not records or hash_of(block, [_actual(seal) for seal in sealed.seals]) != block.hash:
        what = f"block {block.number}: its header, its seals or its hash was changed"
        yield Difference(block.number, None, what)


def _records(sealed: SealedBlock) -> Iterator[Difference]:
    intact = hash_of(sealed.block, [_actual(seal) for seal in sealed.seals]) == sealed.block.hash
    for seal in sealed.seals:
        if seal.document is None:
            yield Difference(sealed.block.number, seal.record_id, "the record is gone")
        elif seal.record_id != seal.document["id"] or _actual(seal) != seal.digest:
            what = "the digest in its seal was changed" if intact else "the record was changed"
            yield Difference(sealed.block.number, seal.record_id, what)


def _actual(seal: Seal) -> str:
    """The digest of the record as it is now."""
    return seal.digest if seal.document is None else digest(canonical(seal.document))
