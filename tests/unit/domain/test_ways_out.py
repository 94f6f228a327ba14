"""From every place where a withdrawal can stop, some rulings end it with the money paid, or back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import pytest

from domain.funding.conversion import Conversion, Direction, PayOnChain, Settlement
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import Reference, step_of
from domain.ledger.account import Role
from domain.money import USD, USDC, Money
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    ConversionOpened,
    ConversionSettled,
    JournalExecuted,
    JournalRejected,
    PaymentCompleted,
    PaymentFailed,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.review import Ruled
from domain.processes.instructions import (
    Instruction,
    JournalFunds,
    LookUp,
    LookupKind,
    OpenConversion,
    SendUsdc,
    WireOut,
)
from domain.processes.rulings import bought_asset, possible
from domain.review.ruling import Action, Evidence
from tests.support import builders as a
from tests.support.builders import SOMEWHERE
from tests.unit.domain import test_withdrawal_properties as withdrawals
from tests.unit.domain.histories import History, decided

Stage = WithdrawalStage
ELSEWHERE = "0x" + "b" * 40
RULINGS_MAX = 2
STEPS_MAX = 60
FEES = {USD: a.dollars("2.50"), USDC: a.usdc("0.50")}


@attrs.frozen
class World:
    """Providers that refuse some steps for good, and leave the outcome of some unknown."""

    refused: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def answer(self, history: History, instruction: Instruction) -> Fact | None:
        ref = instruction.reference
        step = step_of(ref)
        if step in self.unknown and ref.endswith(":1"):
            return EffectUnknown(reference=ref, reason="no news")
        goes_elsewhere = isinstance(instruction, SendUsdc) and instruction.destination == ELSEWHERE
        if step in self.refused and not goes_elsewhere:
            return _refusal(instruction)
        return _success(history, instruction)


def _refusal(instruction: Instruction) -> Fact:
    ref = instruction.reference
    match instruction:
        case SendUsdc():
            return PaymentFailed(reference=ref, reason="denied", final=True)
        case JournalFunds():
            return JournalRejected(reference=ref, reason="the account is closed")
        case WireOut():
            return WireFailed(reference=ref, reason="returned")
        case _:
            return EffectRefused(reference=ref, reason="not allowed", final=True)


def _success(history: History, instruction: Instruction) -> Fact | None:
    ref = instruction.reference
    match instruction:
        case OpenConversion(direction=Direction.TO_USDC):
            conversion = Conversion(reference=ref, provider_id="c", pay=withdrawals.BY_WIRE)
            return ConversionOpened(conversion=conversion)
        case OpenConversion():
            pay = PayOnChain(address="0x" + "0" * 39 + "9")
            return ConversionOpened(conversion=Conversion(reference=ref, provider_id="c", pay=pay))
        case JournalFunds():
            return JournalExecuted(reference=ref, provider_id="j")
        case WireOut():
            return WireCompleted(reference=ref, provider_id="w")
        case SendUsdc():
            return PaymentCompleted(reference=ref, provider_id="p", tx_hash=f"0x{ref}")
        case LookUp(subject=LookupKind.CONVERSION, about=about):
            return _settled(history, about)
        case _:
            return None


def _settled(history: History, about: Reference) -> Fact | None:
    """A conversion settles if it was paid."""
    withdrawal = history.record
    assert isinstance(withdrawal, Withdrawal)
    if step_of(about) == "onramp":
        if not withdrawal.wire_completed:
            return None
        bought = Money.of(withdrawal.amount.decimal, USDC)
        return _conversion_settled(about, withdrawal.amount, bought)
    if withdrawal.give_back is None or not withdrawal.give_back.is_paid:
        return None
    sold = withdrawal.sellable
    return _conversion_settled(about, sold, Money.of(f"{sold.minor // 10_000 / 100:.2f}", USD))


def _conversion_settled(about: Reference, sold: Money, bought: Money) -> Fact:
    settlement = Settlement(sold=sold, bought=bought, fee=FEES[bought.asset])
    return ConversionSettled(reference=about, settlement=settlement)


def run(history: History, world: World) -> None:
    """Carry out everything that was ordered, the look-ups last, until nothing changes."""
    done: set[Reference] = set()
    for _ in range(STEPS_MAX):
        waiting = [each for ref, each in history.issued.items() if ref not in done]
        if not waiting:
            return
        instruction = min(waiting, key=lambda each: isinstance(each, LookUp))
        done.add(instruction.reference)
        fact = world.answer(history, instruction)
        if fact is not None:
            history.take(decided(history.record, fact))
    raise AssertionError("it goes on and on")


def ruled(history: History, action: Action) -> Ruled:
    asset = bought_asset(history.record)
    return Ruled(
        action=action,
        reason="seen",
        evidence=Evidence(
            provider_id="p",
            tx_hash="0x9",
            address=ELSEWHERE,
            payout_address=a.process_id(9),
            bought=Money.of("99.50", asset),
            fee=FEES[asset],
        ),
    )


def life(world: World, rulings: Sequence[Action]) -> History:
    history = withdrawals.begun()
    run(history, world)
    for action in rulings:
        history.take(decided(history.record, ruled(history, action)))
        run(history, world)
    return history


def ways(world: World, rulings: tuple[Action, ...] = ()) -> Iterator[tuple[Action, ...]]:
    """The sequences of honest rulings that end the withdrawal."""
    history = life(world, rulings)
    withdrawal = history.record
    assert isinstance(withdrawal, Withdrawal)
    if withdrawal.stage in withdrawals.ENDED:
        yield rulings
    elif len(rulings) < RULINGS_MAX:
        for action in possible(withdrawal):
            if action in HONEST:
                yield from ways(world, (*rulings, action))


HONEST = frozenset(
    {
        Action.RETRY,
        Action.DID_NOT_HAPPEN,
        Action.COMPENSATE,
        Action.PAY_ANOTHER,
        Action.GIVE_BACK,
    }
)
"""What is true where a step was refused, or had no effect."""

WORLDS: Mapping[str, tuple[World, Sequence[Sequence[Action]]]] = {
    "all is well": (World(), [()]),
    "the debit is unknown": (World(unknown=frozenset({"debit"})), [(Action.DID_NOT_HAPPEN,)]),
    "the on-ramp refuses": (World(refused=frozenset({"onramp"})), [()]),
    "the on-ramp is unknown": (World(unknown=frozenset({"onramp"})), [(Action.COMPENSATE,)]),
    "the wire comes back": (World(refused=frozenset({"wire"})), [()]),
    "the wire is unknown": (World(unknown=frozenset({"wire"})), [(Action.COMPENSATE,)]),
    "the payout is denied": (
        World(refused=frozenset({"payout"})),
        [(Action.PAY_ANOTHER,), (Action.GIVE_BACK,)],
    ),
    "the payout is unknown, then denied": (
        World(refused=frozenset({"payout"}), unknown=frozenset({"payout"})),
        [(Action.DID_NOT_HAPPEN, Action.PAY_ANOTHER), (Action.DID_NOT_HAPPEN, Action.GIVE_BACK)],
    ),
    "the payout is denied, and the off-ramp does not buy it back": (
        World(refused=frozenset({"payout", "sale"})),
        [(Action.PAY_ANOTHER,), (Action.GIVE_BACK, Action.PAY_ANOTHER)],
    ),
    "the payout is denied, and so is the payment of the sale": (
        World(refused=frozenset({"payout", "sale-payment"})),
        [(Action.PAY_ANOTHER,), (Action.GIVE_BACK, Action.PAY_ANOTHER)],
    ),
    "the payout is denied, and the sale is unknown": (
        World(refused=frozenset({"payout"}), unknown=frozenset({"sale"})),
        [(Action.GIVE_BACK, Action.DID_NOT_HAPPEN), (Action.GIVE_BACK, Action.PAY_ANOTHER)],
    ),
    "the payout is denied, and the refund is unknown": (
        World(refused=frozenset({"payout"}), unknown=frozenset({"refund"})),
        [(Action.GIVE_BACK, Action.DID_NOT_HAPPEN)],
    ),
}


@pytest.mark.situation(
    "a step of a withdrawal is refused for good, or its outcome stays unknown",
    must="some rulings end it: paid, or the money back",
)
@pytest.mark.parametrize(("world", "expected"), WORLDS.values(), ids=WORLDS)
def test_every_stop_has_a_way_out(world: World, expected: Sequence[Sequence[Action]]) -> None:
    found = set(ways(world))
    assert {tuple(way) for way in expected} <= found
    for way in found:
        history = life(world, way)
        withdrawal = history.record
        assert isinstance(withdrawal, Withdrawal)
        withdrawals.require_conserved(history)
        assert history.owned(USD, Role.HOLD, Role.OUTGOING) == Money.zero(USD)
        assert history.owned(USDC, Role.OUTGOING) == Money.zero(USDC)
        if withdrawal.stage is Stage.COMPLETED:
            assert withdrawal.destination in {SOMEWHERE, ELSEWHERE}
        else:
            assert history.owned(USD, Role.CASH) == withdrawal.refund


def test_a_denied_payout_is_not_tried_again_by_itself() -> None:
    history = life(World(refused=frozenset({"payout"})), ())
    assert sum(step_of(ref) == "payout" for ref in history.issued) == 1


def test_what_is_given_back_is_net_of_the_fees_of_both_conversions() -> None:
    history = life(World(refused=frozenset({"payout"})), [Action.GIVE_BACK])
    assert history.record.stage is Stage.COMPENSATED
    assert history.owned(USD, Role.CASH) == a.dollars("97.00")
