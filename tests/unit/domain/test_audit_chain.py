"""A chain of blocks: whatever is changed in it afterwards is found, and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest

from domain.audit.canonical import canonical, digest
from domain.audit.chain import (
    GENESIS,
    Seal,
    SealedBlock,
    block_of,
    document_of,
    hash_of,
    header_of,
    seal,
)
from domain.audit.verification import Verification
from tests.support import builders as a
from tests.support.builders import AT

Chain = list[SealedBlock]


def a_chain(blocks: int = 3, records: int = 2) -> Chain:
    """Blocks of so many records each; record 5 is in block 3."""
    chain: Chain = []
    for number in range(blocks):
        first = 1 + number * records
        documents = [document_of(n, a.audit_record(n)) for n in range(first, first + records)]
        previous = chain[-1].block if chain else None
        chain.append(seal(documents, previous=previous, at=AT + timedelta(seconds=number)))
    return chain


def verified(chain: Sequence[SealedBlock], **options: Any) -> list[str]:
    verification = Verification(**options)
    return [str(difference) for sealed in chain for difference in verification.take(sealed)]


def with_block(chain: Chain, number: int, **changes: Any) -> Chain:
    changed = [
        attrs.evolve(s, block=attrs.evolve(s.block, **changes)) if s.block.number == number else s
        for s in chain
    ]
    assert changed != chain
    return changed


def with_seals(chain: Chain, number: int, change: Callable[[Seal], Seal | None]) -> Chain:
    def changed(sealed: SealedBlock) -> SealedBlock:
        kept = (change(each) for each in sealed.seals)
        return attrs.evolve(sealed, seals=tuple(each for each in kept if each))

    return [changed(sealed) if sealed.block.number == number else sealed for sealed in chain]


def only(record_id: int, **changes: Any) -> Callable[[Seal], Seal]:
    return lambda each: attrs.evolve(each, **changes) if each.record_id == record_id else each


def test_the_canonical_form_is_one_line_of_sorted_ascii() -> None:
    assert canonical({"b": "\u00e9", "a": None}) == b'{"a":null,"b":"\\u00e9"}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_a_hash_is_of_the_header_and_the_digests_in_order() -> None:
    first, second, _ = a_chain()
    digests = [digest(canonical(each.document or {})) for each in first.seals]
    assert [each.digest for each in first.seals] == digests
    written = canonical(header_of(first.block)) + "".join(digests).encode()
    assert first.block.hash == digest(written)
    assert (first.block.previous_hash, second.block.previous_hash) == (GENESIS, first.block.hash)
    assert hash_of(first.block, digests) != hash_of(first.block, digests[::-1])


def test_a_header_says_all_of_a_block() -> None:
    block = a_chain()[1].block
    assert block_of(header_of(block), own_hash=block.hash) == block


def test_a_chain_as_it_was_sealed_is_intact_and_counted() -> None:
    chain, verification = a_chain(), Verification()
    assert [d for sealed in chain for d in verification.take(sealed)] == []
    assert (verification.blocks, verification.records) == (3, 6)
    assert verification.head == chain[-1].block


@pytest.mark.parametrize(
    "field", sorted(set(document_of(1, a.audit_record())) - {"detail"}), ids=str
)
def test_a_changed_field_of_a_record_is_named(field: str) -> None:
    chain = a_chain()
    document = {**(chain[1].seals[1].document or {}), field: "changed"}
    assert verified(with_seals(chain, 2, only(4, document=document))) == [
        "block 2, record 4: was changed"
    ]


def test_a_changed_detail_is_named() -> None:
    document = document_of(4, a.audit_record(4, detail={"number": "5"}))
    assert verified(with_seals(a_chain(), 2, only(4, document=document))) == [
        "block 2, record 4: was changed"
    ]


def test_a_record_that_is_gone_is_named() -> None:
    assert verified(with_seals(a_chain(), 2, only(4, document=None))) == [
        "block 2, record 4: is gone"
    ]


def test_a_record_whose_seal_was_changed_is_named() -> None:
    assert verified(with_seals(a_chain(), 2, only(4, digest="0" * 64))) == [
        "block 2, record 4: the digest in its seal was changed"
    ]


def test_a_record_that_was_changed_with_its_seal_breaks_the_block() -> None:
    document = document_of(4, a.audit_record(99))
    forged = only(4, document=document, digest=digest(canonical(document)))
    assert verified(with_seals(a_chain(), 2, forged)) == [
        "block 2: its header or its hash was changed"
    ]


def test_a_record_that_was_taken_out_of_its_block_is_missed() -> None:
    without = with_seals(a_chain(), 2, lambda each: None if each.record_id == 4 else each)
    assert verified(without) == ["block 2: holds 1 records instead of 2"]


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"first_id": 1},
        {"last_id": 9},
        {"count": 2, "sealed_at": AT},
        {"sealed_at": AT + timedelta(microseconds=1)},
    ],
    ids="-".join,
)
def test_a_changed_block_is_named_and_its_successor_is_not(change: dict[str, Any]) -> None:
    assert verified(with_block(a_chain(), 2, **change)) == [
        "block 2: its header or its hash was changed"
    ]


def test_a_changed_count_is_told() -> None:
    assert verified(with_block(a_chain(), 2, count=3)) == ["block 2: holds 2 records instead of 3"]


def test_a_changed_link_is_told() -> None:
    assert verified(with_block(a_chain(), 2, previous_hash="0" * 64)) == [
        "block 2: does not hold the hash of the block before",
        "block 2: its header or its hash was changed",
    ]


def test_a_missing_block_is_named() -> None:
    first, _, third = a_chain()
    assert verified([first, third]) == ["block 2: is missing; block 3 comes instead"]
    assert verified([third]) == ["block 1: is missing; block 3 comes instead"]


def test_a_block_that_was_sealed_anew_does_not_fit_the_next() -> None:
    first, _, third = a_chain()
    forged = seal([document_of(4, a.audit_record(99))], previous=first.block, at=AT)
    assert verified([first, forged, third]) == [
        "block 3: does not hold the hash of the block before"
    ]


def test_a_part_of_the_chain_can_be_verified_by_itself() -> None:
    first, second, third = a_chain()
    assert verified([second, third], from_genesis=False) == []
    assert verified([second, first], from_genesis=False) != []
    other = seal([document_of(9, a.audit_record())], previous=second.block, at=AT)
    forged = attrs.evolve(other, block=attrs.evolve(other.block, number=1))
    assert verified([forged], from_genesis=False) != []


def test_a_witness_is_a_hash_that_must_turn_up() -> None:
    chain = a_chain()
    verification = Verification(witness=chain[1].block.hash)
    for sealed, is_witnessed in zip(chain, [False, True, True], strict=True):
        verification.take(sealed)
        assert verification.is_witnessed is is_witnessed
