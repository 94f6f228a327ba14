"""A saved address's way, and how long it cools."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from domain.ids import LookupKey
from domain.processes.facts.funding import (
    PayoutAddressFact,
    PayoutAddressRemoved,
    PayoutAddressSaved,
)
from domain.processes.funding import payout_addresses
from domain.processes.terminal import is_terminal
from domain.wallets.chain import Chain
from domain.wallets.payout_address import (
    CoolDown,
    InvalidLabel,
    PayoutAddress,
    PayoutAddressStage,
    require_label,
)
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE, SOMEWHERE

ADDRESS = PayoutAddress(
    id=a.process_id(1),
    investor_id=ADA,
    chain=Chain.POLYGON,
    address=SOMEWHERE,
    label="Cold wallet",
    created_at=AT,
    usable_at=AT + timedelta(days=1),
)
LATER = AT + timedelta(days=9)
AGAIN = PayoutAddressSaved(label="Again", at=LATER, usable_at=LATER + timedelta(days=1))
REMOVED = attrs.evolve(ADDRESS, stage=PayoutAddressStage.REMOVED)


def test_saving_sends_an_email_and_takes_the_lookup_key() -> None:
    decision = payout_addresses.save(ADDRESS)
    assert [order.reference for order in decision.instructions] == [f"{ADDRESS.id}:letter-1:1"]
    assert decision.names == (payout_addresses.name_of(ADA, Chain.POLYGON, SOMEWHERE),)


def test_names_differ_by_owner_and_chain_and_not_by_capitals() -> None:
    name = payout_addresses.name_of
    small, shouted = "0x" + "ab" * 20, "0x" + "AB" * 20
    assert name(ADA, Chain.POLYGON, small) == name(ADA, Chain.POLYGON, shouted)
    assert name(ADA, Chain.SOLANA, "a" * 32) != name(ADA, Chain.SOLANA, "A" * 32)
    assert len({name(ADA, Chain.POLYGON, small), name(EVE, Chain.POLYGON, small)}) == 2
    assert len({name(ADA, Chain.POLYGON, small), name(ADA, Chain.BASE, small)}) == 2


def test_a_removed_address_is_saved_again_with_another_email() -> None:
    decision = payout_addresses.decide(REMOVED, AGAIN)
    assert decision.record == attrs.evolve(
        ADDRESS, label="Again", created_at=LATER, usable_at=AGAIN.usable_at, times=2
    )
    assert [order.reference for order in decision.instructions] == [f"{ADDRESS.id}:letter-2:1"]
    assert decision.names == ()


def test_deciding_again_changes_nothing() -> None:
    repeated: tuple[tuple[PayoutAddress, PayoutAddressFact], ...] = (
        (ADDRESS, AGAIN),
        (REMOVED, PayoutAddressRemoved()),
        (payout_addresses.decide(REMOVED, AGAIN).record, AGAIN),
    )
    for record, fact in repeated:
        decision = payout_addresses.decide(record, fact)
        assert (decision.record, decision.instructions) == (record, ())


def test_a_removed_address_is_over_until_it_is_saved_again() -> None:
    removed = payout_addresses.decide(ADDRESS, PayoutAddressRemoved()).record
    assert removed == REMOVED
    assert (is_terminal(ADDRESS), is_terminal(removed)) == (False, True)


def test_cooling_lasts_as_long_as_said() -> None:
    assert CoolDown(cooling_s=0).ends_at(AT) == AT
    assert CoolDown(cooling_s=90).ends_at(AT) == AT + timedelta(seconds=90)
    with pytest.raises(ValueError, match="cooling_s"):
        CoolDown(cooling_s=-1)


def test_a_label_is_short() -> None:
    assert require_label("x" * 50)
    with pytest.raises(InvalidLabel) as refused:
        require_label("x" * 51)
    assert refused.value.field == "label"


def test_an_address_is_named_by_owner_chain_and_spelling_and_the_trail_tells_it() -> None:
    name = payout_addresses.name_of(ADA, Chain.POLYGON, SOMEWHERE)
    assert name == LookupKey("stack.payout_address", f"{ADA}:polygon:{SOMEWHERE}")
    terms = payout_addresses.PROCESS.terms(ADDRESS)
    assert terms == {"chain": "polygon", "address": SOMEWHERE}
