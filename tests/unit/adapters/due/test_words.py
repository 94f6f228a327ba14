from __future__ import annotations

import pytest

from adapters.due import rails, references
from domain.ids import ProcessId, parse_reference, reference
from domain.wallets.chain import Chain
from tests.unit.adapters.due.documents import WALLET

LOWER = WALLET.address.lower()


def test_every_chain_has_a_rail() -> None:
    assert {rails.rail(chain) for chain in Chain} == {chain.value for chain in Chain}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (f"evm:{LOWER}", WALLET.address, True),
        (LOWER, WALLET.address, True),
        ("solana:AbC", "AbC", True),
        ("solana:AbC", "abc", False),
        (f"evm:{LOWER}", "0x" + "00" * 20, False),
    ],
)
def test_addresses_are_compared_as_their_chains_do(first: str, second: str, same: bool) -> None:  # noqa: FBT001
    assert rails.is_same_address(first, second) is same


def test_a_reference_survives_a_memo() -> None:
    ref = reference(ProcessId("01920000-0000-7000-8000-000000000011"), "offramp", 4)
    assert parse_reference(references.text_of(ref)) == ref
