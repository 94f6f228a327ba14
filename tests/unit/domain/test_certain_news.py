"""
Every certain fact, at every stage, about every attempt: booked, known already, or a review. Never nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import pytest

from domain.funding.conversion import Conversion, PayOnChain, Settlement
from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference, reference
from domain.ledger.account import Role
from domain.money import USD, USDC, Money
from domain.processes.dispatch import awaits
from domain.processes.facts.effects import EffectRefused
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalExecuted,
    JournalRejected,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.review import Ruled
from domain.processes.funding import deposit_arrival
from domain.processes.rulings import possible
from domain.processes.terminal import is_terminal
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.unit.domain import test_deposit_properties as deposits
from tests.unit.domain import test_withdrawal_properties as withdrawals
from tests.unit.domain.certainty import is_known
from tests.unit.domain.histories import History, decided, unmoved

D, W = deposits.DEPOSIT, withdrawals.WITHDRAWAL
IN, OUT = deposits.WAY, withdrawals.WAY
DOLLARS = Settlement(sold=a.usdc("250"), bought=a.dollars("250"), fee=a.dollars("2.50"))
BOUGHT = Settlement(sold=withdrawals.AMOUNT, bought=a.usdc("100"), fee=a.usdc("0.5"))
SECOND = "second"

IN_AGAIN: list[Fact] = [
    *IN[:3],
    PaymentFailed(reference=reference(D.id, "payment"), reason="dropped"),
    ConversionOpened(
        conversion=Conversion(
            reference=reference(D.id, "offramp", 2), provider_id="c2", pay=PayOnChain(address="0x2")
        )
    ),
    PaymentCompleted(reference=reference(D.id, "payment", 2), provider_id="p2", tx_hash="0x3"),
    ConversionSettled(reference=reference(D.id, "offramp", 2), settlement=DOLLARS),
    JournalRejected(reference=reference(D.id, "funding"), reason="no"),
    JournalExecuted(reference=reference(D.id, "funding", 2), provider_id="j2"),
]
OUT_AGAIN: list[Fact] = [
    *OUT[:6],
    PaymentFailed(reference=reference(W.id, "payout"), reason="dropped"),
    PaymentAccepted(reference=reference(W.id, "payout", 2), provider_id="p2"),
    PaymentCompleted(reference=reference(W.id, "payout", 2), provider_id="p2", tx_hash="0x3"),
]
REFUNDED: list[Fact] = [
    *OUT[:5],
    WireFailed(reference=reference(W.id, "wire"), reason="returned"),
    JournalRejected(reference=reference(W.id, "refund"), reason="no"),
    JournalExecuted(reference=reference(W.id, "refund", 2), provider_id="j2"),
]
RELEASED: list[Fact] = [EffectRefused(reference=reference(W.id, "debit"), reason="no")]
STORIES: dict[str, list[Fact]] = {
    "deposit": IN,
    "deposit, second attempts": IN_AGAIN,
    "withdrawal": OUT,
    "withdrawal, second payout": OUT_AGAIN,
    "withdrawal, compensated": withdrawals.WAY_BACK,
    "withdrawal, wire returned": REFUNDED,
    "withdrawal, released": RELEASED,
}


def certain_in() -> Iterator[Fact]:
    for n in (1, 2, 3):
        funding, payment = reference(D.id, "funding", n), reference(D.id, "payment", n)
        offramp = reference(D.id, "offramp", n)
        yield JournalExecuted(reference=funding, provider_id="j")
        yield JournalRejected(reference=funding, reason="no")
        yield PaymentCompleted(reference=payment, provider_id="p", tx_hash="0x")
        yield PaymentFailed(reference=payment, reason="no")
        yield from _of_conversion(offramp, DOLLARS)


def certain_out() -> Iterator[Fact]:
    for n in (1, 2, 3):
        payout, refund = reference(W.id, "payout", n), reference(W.id, "refund", n)
        yield PaymentCompleted(reference=payout, provider_id="p", tx_hash="0x")
        yield PaymentFailed(reference=payout, reason="no")
        yield JournalExecuted(reference=refund, provider_id="j")
        yield JournalRejected(reference=refund, reason="no")
    yield JournalExecuted(reference=reference(W.id, "debit"), provider_id="j")
    yield JournalRejected(reference=reference(W.id, "debit"), reason="no")
    for wire_id in ("w", SECOND):
        yield WireCompleted(reference=reference(W.id, "wire"), provider_id=wire_id)
    yield WireFailed(reference=reference(W.id, "wire"), reason="returned")
    yield from _of_conversion(reference(W.id, "onramp"), BOUGHT)


def _of_conversion(ref: Reference, settlement: Settlement) -> Iterator[Fact]:
    for reported in (
        settlement,
        attrs.evolve(settlement, bought=settlement.bought + settlement.fee),
    ):
        yield ConversionSettled(reference=ref, settlement=reported)
    yield ConversionFailed(reference=ref, reason="no")
    yield ConversionHeld(reference=ref, reason="no")


def lived(name: str, heard: Sequence[Fact]) -> History:
    if name.startswith("withdrawal"):
        return withdrawals.lived(list(heard))
    history = History(D)
    history.take(deposit_arrival.announce(D))
    for fact in heard:
        history.learn(fact)
    return history


def _cases() -> Iterator[object]:
    for name, story in STORIES.items():
        for number in range(len(story) + 1):
            yield pytest.param(name, story[:number], id=f"{name} after {number}")


@pytest.mark.situation(
    "certain news at any stage, about any attempt, in any order",
    must="booked, known already, or a review; never dropped",
)
@pytest.mark.parametrize(("name", "heard"), list(_cases()))
def test_no_certain_fact_is_dropped(name: str, heard: list[Fact]) -> None:
    for fact in certain_in() if name.startswith("deposit") else certain_out():
        history = lived(name, heard)
        before = history.record
        decision = history.learn(fact)
        if decision == unmoved(before):
            assert is_known(fact, heard), f"{fact} was dropped in {before.stage}"
        elif is_terminal(before):
            assert history.record.stage.value == "manual_review"
            assert decision.instructions == ()


ODD_IN = PaymentCompleted(reference=reference(D.id, "payment", 4), provider_id="x", tx_hash="0x9")
ODD_OUT = JournalExecuted(reference=reference(W.id, "refund", 4), provider_id="x")


@pytest.mark.parametrize(
    ("name", "odd", "way", "number"),
    [
        *(("deposit", ODD_IN, IN, number) for number in range(len(IN) + 1)),
        *(("withdrawal", ODD_OUT, OUT, number) for number in range(len(OUT) + 1)),
    ],
)
def test_a_review_of_a_contradiction_is_ended_by_people_only(
    name: str, odd: Fact, way: list[Fact], number: int
) -> None:
    """Good news is booked meanwhile; afterwards the process goes on where it is by then."""
    history = lived(name, way[:number])
    history.learn(odd)
    for fact in way[number:]:
        if isinstance(fact, ConversionOpened):
            history.learn(fact)
            break
        history.learn(fact)
        assert history.record.stage.value == "manual_review"
    assert Action.ACKNOWLEDGE in possible(history.record)
    history.take(decided(history.record, Ruled(action=Action.ACKNOWLEDGE, reason="seen")))
    for fact in (odd, *way[number:]):
        history.learn(fact)
    assert history.record.stage is lived(name, way).record.stage


@attrs.frozen
class Late:
    """What comes too late, after which story, and where the money is afterwards."""

    story: list[Fact]
    fact: Fact
    place: Role
    change: Money


LATE = {
    "a debit after the hold was released": Late(
        RELEASED,
        JournalExecuted(reference=reference(W.id, "debit"), provider_id="j"),
        Role.BROKER,
        Money.zero(USD),
    ),
    "a wire after the compensation": Late(
        withdrawals.WAY_BACK,
        WireCompleted(reference=reference(W.id, "wire"), provider_id="w"),
        Role.OFFRAMP,
        withdrawals.AMOUNT,
    ),
    "a delivery after the compensation": Late(
        withdrawals.WAY_BACK,
        ConversionSettled(reference=reference(W.id, "onramp"), settlement=BOUGHT),
        Role.CUSTODY,
        a.usdc("99.5"),
    ),
    "a wire that comes back after the payout": Late(
        OUT,
        WireFailed(reference=reference(W.id, "wire"), reason="returned"),
        Role.BROKER,
        withdrawals.AMOUNT,
    ),
    "a second wire": Late(
        OUT,
        WireCompleted(reference=reference(W.id, "wire"), provider_id=SECOND),
        Role.BROKER,
        -withdrawals.AMOUNT,
    ),
    "a second delivery": Late(
        OUT,
        ConversionSettled(
            reference=reference(W.id, "onramp"),
            settlement=attrs.evolve(BOUGHT, fee=a.usdc("0.6")),
        ),
        Role.CUSTODY,
        a.usdc("99.4"),
    ),
    "the first payout after the second": Late(
        OUT_AGAIN,
        PaymentCompleted(reference=reference(W.id, "payout"), provider_id="p", tx_hash="0x"),
        Role.CUSTODY,
        -a.usdc("99.5"),
    ),
}


@pytest.mark.parametrize("name", LATE)
def test_what_moved_money_is_booked_where_it_is_now(name: str) -> None:
    late = LATE[name]
    history = lived("withdrawal", late.story)
    before = history.owned(late.change.asset, late.place)
    history.learn(late.fact)
    assert history.owned(late.change.asset, late.place) - before == late.change
    withdrawals.require_conserved(history)
    record = history.record
    assert isinstance(record, Withdrawal)
    assert record.reason
    assert not awaits(record, reference(W.id, "wire"))


def test_dollars_that_were_debited_late_can_be_given_back() -> None:
    history = lived("withdrawal", RELEASED)
    history.learn(JournalExecuted(reference=reference(W.id, "debit"), provider_id="j"))
    history.take(decided(history.record, Ruled(action=Action.COMPENSATE, reason="give it back")))
    history.learn(JournalExecuted(reference=reference(W.id, "refund"), provider_id="r"))
    assert history.record.stage is WithdrawalStage.COMPENSATED
    assert history.books.balances()[a.broker_of(W.investor_id)] == withdrawals.AMOUNT.minor
    assert history.owned(USD, Role.CASH) == withdrawals.AMOUNT


def test_an_earlier_conversion_that_settled_can_be_the_one() -> None:
    """Its dollars are in suspense until people say that they are for this deposit."""
    history = lived("deposit", IN_AGAIN[:4])
    history.learn(
        PaymentCompleted(reference=reference(D.id, "payment"), provider_id="p", tx_hash="0x")
    )
    history.learn(ConversionSettled(reference=reference(D.id, "offramp"), settlement=DOLLARS))
    assert history.owned(USD, Role.SUSPENSE) == DOLLARS.bought
    evidence = Evidence(bought=DOLLARS.bought, fee=DOLLARS.fee)
    history.take(
        decided(history.record, Ruled(action=Action.SETTLED, reason="this one", evidence=evidence))
    )
    record = history.record
    assert isinstance(record, Deposit)
    assert record.stage is DepositStage.OFFRAMP_SETTLED
    assert not history.owned(USD, Role.SUSPENSE)
    assert not history.owned(USDC, Role.SUSPENSE)
    assert history.owned(USDC, Role.OFFRAMP, Role.CUSTODY) == record.dust


def test_another_amount_than_asked_for_is_not_booked() -> None:
    history = lived("withdrawal", OUT[:1])
    odd = JournalExecuted(
        reference=reference(W.id, "debit"), provider_id="j", amount=a.dollars("1.00")
    )
    assert history.learn(odd).entries == ()
    assert history.record.stage is WithdrawalStage.MANUAL_REVIEW


def test_a_second_wire_stops_somebody_before_it_arrives() -> None:
    history = lived("withdrawal", OUT[:5])
    history.learn(WireAccepted(reference=reference(W.id, "wire"), provider_id=SECOND))
    assert history.record.stage is WithdrawalStage.MANUAL_REVIEW
