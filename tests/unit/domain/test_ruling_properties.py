"""Whatever is heard and ruled, the books balance, and nothing is done again that may still happen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference, reference, step_of
from domain.ledger.account import Role
from domain.money import USD, USDC, Money
from domain.processes.decision import Process
from domain.processes.facts.effects import EffectLapsed, EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    JournalRejected,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.review import Ruled
from domain.processes.funding import deposit_arrival
from domain.processes.rulings import bought_asset, possible
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.support.builders import ADA
from tests.unit.domain import test_deposit_properties as deposits
from tests.unit.domain import test_withdrawal_properties as withdrawals
from tests.unit.domain.histories import History, decided, unmoved

OVER = (EffectRefused, EffectLapsed, EffectUnknown, PaymentFailed, JournalRejected, WireFailed)
WIRED = (WireAccepted, WireCompleted, EffectUnknown, EffectRefused, WireFailed)
REPEATED = {"payment", "funding", "payout", "refund", "sale-payment"}


Heard = Fact | int
"""A fact, or a ruling: the so many-th of those that are possible then."""


def ruling(record: Process, number: int) -> Ruled | None:
    actions = possible(record)
    if not actions:
        return None
    sells = isinstance(record, Deposit) or bought_asset(record) == USD
    bought, fee = (
        (a.dollars("250"), a.dollars("2.50")) if sells else (a.usdc("100"), a.usdc("0.50"))
    )
    return Ruled(
        action=actions[number % len(actions)],
        reason="seen at the provider",
        evidence=Evidence(
            provider_id="p-1",
            tx_hash="0x9",
            bought=bought,
            fee=fee,
            address="0xanother",
            payout_address=a.process_id(9),
        ),
    )


DOUBTS = st.builds(
    EffectUnknown, reference=deposits.EFFECT | withdrawals.EFFECT, reason=st.just("no news")
)


def stuck(
    record: Deposit | Withdrawal, way: Sequence[Fact], facts: st.SearchStrategy[Heard]
) -> st.SearchStrategy[list[Heard]]:
    """Some of a way, something that stops it there, and then anything, rulings above all."""
    begun = st.integers(0, len(way)).map(lambda steps: list(way[:steps]))
    refused = LedgerRefused(reference=reference(record.id, "any"), reason="the books refused")
    stops = st.just([refused]) | st.lists(facts, max_size=3)
    return st.tuples(begun, stops, st.lists(facts, max_size=12)).map(
        lambda parts: [fact for part in parts for fact in part]
    )


def often(facts: st.SearchStrategy[Fact]) -> Any:
    return st.one_of(st.integers(0, 7), st.integers(0, 7), facts, DOUBTS)


deposit_facts = stuck(deposits.DEPOSIT, deposits.WAY, often(deposits.facts))
withdrawal_facts = (
    stuck(withdrawals.WITHDRAWAL, withdrawals.WAY, often(withdrawals.facts))
    | stuck(withdrawals.WITHDRAWAL, withdrawals.WAY_BACK, often(withdrawals.facts))
    | stuck(withdrawals.WITHDRAWAL, withdrawals.WAY_OUT, often(withdrawals.facts))
)
quickly = settings(deadline=None, max_examples=200)


def lived(history: History, heard: Sequence[Heard]) -> Iterator[list[Fact]]:
    """Everything learned so far; a ruling is made once, as its proposal is closed by it."""
    so_far: list[Fact] = []
    for each in heard:
        fact = ruling(history.record, each) if isinstance(each, int) else each
        if fact is None:
            continue
        so_far.append(fact)
        if isinstance(fact, Ruled):
            history.take(decided(history.record, fact))
        else:
            history.learn(fact)
        yield so_far


def require_over(history: History, heard: Sequence[Fact]) -> None:
    """Of what was tried again, the try before is over: refused, failed, given up, or never ordered."""
    over = {each.reference for each in heard if isinstance(each, OVER)}
    for ref in history.issued:
        head, _, attempt = ref.rpartition(":")
        if step_of(ref) in REPEATED and int(attempt) > 1:
            before = Reference(f"{head}:{int(attempt) - 1}")
            assert before in over or before not in history.issued, f"{ref} came too early"


def require_deposit_conserved(history: History) -> None:
    deposit = history.record
    assert isinstance(deposit, Deposit)
    usdc = history.owned(USDC, Role.INCOMING, Role.DUST)
    usd = history.owned(USD, Role.INCOMING, Role.CASH)
    if deposit.settlement is not None:
        assert (usdc, usd) == (deposit.dust, deposit.settlement.delivered)
    elif DepositStage.FAILED in {deposit.stage, deposit.paused_stage}:
        assert usdc in {deposit.dust, deposit.amount}
    assert history.held(USDC, Role.CUSTODY) == usdc
    assert history.held(USD, Role.BROKER) == usd


@quickly
@given(deposit_facts)
def test_rulings_on_a_deposit_neither_make_money_nor_pay_twice(heard: list[Heard]) -> None:
    history = History(deposits.DEPOSIT)
    history.take(deposit_arrival.announce(deposits.DEPOSIT))
    for so_far in lived(history, heard):
        require_deposit_conserved(history)
        require_over(history, so_far)


def require_wire_over(history: History, heard: Sequence[Fact]) -> None:
    """What was wired is given back only when the wire is over."""
    issued = {step_of(ref): ref for ref in history.issued}
    if "wire" in issued and "refund" in issued:
        told = {fact.reference for fact in heard if isinstance(fact, WIRED)}
        seen = any(isinstance(f, Ruled) and f.action is Action.HAPPENED for f in heard)
        assert seen or issued["wire"] in told, "the wire may still be made"


@quickly
@given(withdrawal_facts)
def test_rulings_on_a_withdrawal_neither_make_money_nor_pay_twice(heard: list[Heard]) -> None:
    history = withdrawals.begun()
    for so_far in lived(history, heard):
        withdrawals.require_conserved(history)
        require_over(history, so_far)
        require_wire_over(history, so_far)


def _places() -> Iterator[Any]:
    """Every place where a process may stop, with and without a word of each effect so far."""
    for name, way in (
        ("deposit", deposits.WAY),
        ("withdrawal", withdrawals.WAY),
        ("way back", withdrawals.WAY_BACK),
        ("way out", withdrawals.WAY_OUT),
    ):
        for number in range(len(way) + 1):
            yield pytest.param(name, list(way[:number]), id=f"{name} after {number}")


def begun(name: str) -> History:
    if name != "deposit":
        return withdrawals.begun()
    history = History(deposits.DEPOSIT)
    history.take(deposit_arrival.announce(deposits.DEPOSIT))
    return history


@pytest.mark.parametrize(("name", "way"), list(_places()))
def test_each_ruling_at_each_place_is_as_safe(name: str, way: list[Fact]) -> None:
    scout = begun(name)
    for _ in lived(scout, way):
        pass
    stops: list[Fact] = [
        LedgerRefused(reference=reference(scout.record.id, "any"), reason="the books refused"),
        *(EffectUnknown(reference=ref, reason="no news") for ref in scout.issued),
    ]
    for stop, first, second in itertools.product(stops, range(8), range(4)):
        history = begun(name)
        for so_far in lived(history, [*way, stop, first, stops[0], second]):
            require_over(history, so_far)
            require_wire_over(history, so_far)
            if name == "deposit":
                require_deposit_conserved(history)
            else:
                withdrawals.require_conserved(history)


@quickly
@given(deposit_facts | withdrawal_facts)
def test_nothing_is_ruled_on_what_is_not_in_review(heard: list[Heard]) -> None:
    for history in (History(deposits.DEPOSIT), withdrawals.begun()):
        for _ in lived(history, heard):
            if history.record.stage.value != "manual_review":
                assert possible(history.record) == []


def _stuck_deposits() -> Iterator[tuple[str, list[Fact]]]:
    steps = ("offramp", "payment", "payment", "payment", "funding", "funding")
    for number, step in zip((1, 2, 3, 4, 5, 6), steps, strict=True):
        unknown = EffectUnknown(reference=reference(deposits.DEPOSIT.id, step), reason="?")
        about = reference(deposits.DEPOSIT.id, "offramp")
        unsettled = EffectUnknown(reference=about, reason="?")
        yield f"{step} after {number}", [*deposits.WAY[:number], unknown, unsettled]


def _stuck_withdrawals() -> Iterator[tuple[str, list[Fact]]]:
    steps = ("debit", "debit", "onramp", "wire", "wire", "onramp", "payout", "payout")
    for number, step in enumerate(steps):
        unknown = EffectUnknown(reference=reference(withdrawals.WITHDRAWAL.id, step), reason="?")
        yield f"{step} after {number}", [*withdrawals.WAY[:number], unknown]
    refund = EffectUnknown(reference=reference(withdrawals.WITHDRAWAL.id, "refund"), reason="?")
    yield "refund", [*withdrawals.WAY_BACK[:3], refund]


@pytest.mark.parametrize(
    "heard", [pytest.param(heard, id=name) for name, heard in _stuck_deposits()]
)
def test_a_deposit_in_review_can_always_be_ruled_on(heard: list[Fact]) -> None:
    record = deposits.lived(heard).record
    assert record.stage is DepositStage.MANUAL_REVIEW
    assert possible(record)


@pytest.mark.parametrize(
    "heard", [pytest.param(heard, id=name) for name, heard in _stuck_withdrawals()]
)
def test_a_withdrawal_in_review_can_always_be_ruled_on(heard: list[Fact]) -> None:
    record = withdrawals.lived(heard).record
    assert isinstance(record, Withdrawal)
    assert record.stage is WithdrawalStage.MANUAL_REVIEW
    assert possible(record)


def test_a_ruling_that_fits_nothing_changes_nothing() -> None:
    history = withdrawals.begun()
    for action in Action:
        assert decided(history.record, Ruled(action=action, reason="?")) == unmoved(history.record)
    assert history.owned(USD, Role.HOLD) == a.withdrawal().amount
    assert history.owned(USD, Role.CASH) == Money.zero(USD)
    assert history.record.investor_id == ADA
