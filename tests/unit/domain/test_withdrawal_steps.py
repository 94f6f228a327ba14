"""Each step of a withdrawal: what is known, booked and ordered after it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from domain.funding.conversion import (
    Conversion,
    Direction,
    PayByWire,
    Payment,
    PayOnChain,
    Settlement,
)
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import LookupKey, Reference, reference
from domain.ledger.account import Role
from domain.ledger.templates import funding as funding_templates
from domain.ledger.templates import holds as hold_templates
from domain.processes.decision import Decision
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
    WithdrawalFact,
)
from domain.processes.funding import withdrawal_debit, withdrawal_payout
from domain.processes.funding.withdrawal_payout import decide
from domain.processes.instructions import (
    JournalFunds,
    LookUp,
    LookupKind,
    OpenConversion,
    SendUsdc,
    WireOut,
)
from domain.review.given_up import GivenUp
from tests.support import builders as a
from tests.support.builders import ADA, SOMEWHERE, TREASURY

Stage = WithdrawalStage
ID = a.process_id(1)
AMOUNT = a.dollars("100.00")
DEBIT, ONRAMP, WIRE, PAYOUT, REFUND = (
    reference(ID, step) for step in ("debit", "onramp", "wire", "payout", "refund")
)
BANK = PayByWire(bank_name="b", routing_number="r", account_number="a", beneficiary="b", memo="m")
OPENED = ConversionOpened(
    conversion=Conversion(reference=ONRAMP, provider_id="c-1", pay=BANK),
)
SETTLEMENT = Settlement(sold=AMOUNT, bought=a.usdc("100"), fee=a.usdc("0.5"))
SETTLED = ConversionSettled(reference=ONRAMP, settlement=SETTLEMENT)

REQUESTED = a.withdrawal()
RESERVED = attrs.evolve(REQUESTED, stage=Stage.RESERVED)
DEBITING = attrs.evolve(REQUESTED, stage=Stage.BROKER_DEBIT_REQUESTED)
DEBITED = attrs.evolve(REQUESTED, stage=Stage.BROKER_DEBITED)
AGREED = attrs.evolve(DEBITED, stage=Stage.ONRAMP_REQUESTED, conversion=OPENED.conversion)
WIRING = attrs.evolve(AGREED, wire_id="w-1")
WIRED = attrs.evolve(WIRING, wire_completed=True)
BOUGHT = attrs.evolve(
    WIRED, stage=Stage.ONRAMP_SETTLED, settlement=SETTLEMENT, payment=Payment(reference=PAYOUT)
)
SENT = attrs.evolve(BOUGHT, stage=Stage.SENT, payment=Payment(reference=PAYOUT, provider_id="p-1"))
COMPLETED = attrs.evolve(
    SENT,
    stage=Stage.COMPLETED,
    payment=Payment(reference=PAYOUT, provider_id="p-1", tx_hash="0x2", completed=True),
)
COMPENSATING = attrs.evolve(DEBITED, stage=Stage.COMPENSATING, reason="no")

RELEASING = hold_templates.released(f"{ID}:released", owner=ADA, process_id=ID, amount=AMOUNT)
FAILED = Decision(attrs.evolve(RESERVED, stage=Stage.FAILED, reason="no"), entries=(RELEASING,))
WIRING_OUT = funding_templates.wired_to_offramp(f"{ID}:wired", amount=AMOUNT)
CONVERTING = funding_templates.converted(
    f"{ID}:settled",
    owner=ADA,
    claim=Role.OUTGOING,
    sold=AMOUNT,
    bought=a.usdc("100"),
    fee=a.usdc("0.5"),
    received_in=Role.CUSTODY,
)


def payout(attempt: int = 1) -> SendUsdc:
    return SendUsdc(
        reference=reference(ID, "payout", attempt),
        wallet=TREASURY,
        destination=SOMEWHERE,
        amount=a.usdc("99.5"),
    )


def refund(attempt: int = 1) -> tuple[JournalFunds, LookUp]:
    ref = reference(ID, "refund", attempt)
    journal = JournalFunds(
        reference=ref, broker_account_id="broker-ada", amount=AMOUNT, to_investor=True
    )
    return journal, LookUp.into(LookupKind.JOURNAL, ref)


def again(withdrawal: Withdrawal, reason: str) -> Decision[Withdrawal]:
    """The payout is sent once more, under the next reference."""
    second = attrs.evolve(
        withdrawal,
        stage=Stage.ONRAMP_SETTLED,
        payout_attempt=2,
        reason=reason,
        payment=Payment(reference=reference(ID, "payout", 2)),
    )
    return Decision(second, instructions=(payout(2),))


def test_a_withdrawal_is_reserved_for_with_its_request() -> None:
    debit = JournalFunds(
        reference=DEBIT, broker_account_id="broker-ada", amount=AMOUNT, to_investor=False
    )
    hold = hold_templates.reserved(f"{ID}:reserved", owner=ADA, process_id=ID, amount=AMOUNT)
    assert withdrawal_debit.request(REQUESTED) == Decision(
        RESERVED, entries=(hold,), instructions=(debit,)
    )


DEBITING_BROKER = funding_templates.withdrawal_debited(
    f"{ID}:debited", owner=ADA, process_id=ID, amount=AMOUNT
)
BUY_USDC = OpenConversion(
    reference=ONRAMP,
    direction=Direction.TO_USDC,
    amount=AMOUNT,
    offramp_account_id="offramp-ada",
    wallet=TREASURY,
)
STEPS: dict[str, tuple[Withdrawal, WithdrawalFact, Decision[Withdrawal]]] = {
    "debit taken": (
        RESERVED,
        JournalAccepted(reference=DEBIT, provider_id="j-1"),
        Decision(
            DEBITING, instructions=(LookUp.into(LookupKind.JOURNAL, DEBIT, provider_id="j-1"),)
        ),
    ),
    "debited": (
        DEBITING,
        JournalExecuted(reference=DEBIT, provider_id="j-1"),
        Decision(DEBITED, entries=(DEBITING_BROKER,), instructions=(BUY_USDC,)),
    ),
    "debit rejected": (RESERVED, JournalRejected(reference=DEBIT, reason="no"), FAILED),
    "debit refused": (RESERVED, EffectRefused(reference=DEBIT, reason="no"), FAILED),
    "conversion agreed": (
        DEBITED,
        OPENED,
        Decision(
            AGREED,
            instructions=(
                WireOut(reference=WIRE, amount=AMOUNT, to=BANK),
                LookUp.into(
                    LookupKind.CONVERSION, ONRAMP, account_id="offramp-ada", provider_id="c-1"
                ),
            ),
        ),
    ),
    "wire taken": (
        AGREED,
        WireAccepted(reference=WIRE, provider_id="w-1"),
        Decision(WIRING, instructions=(LookUp.into(LookupKind.WIRE, WIRE, provider_id="w-1"),)),
    ),
    "wire arrived": (
        AGREED,
        WireCompleted(reference=WIRE, provider_id="w-1"),
        Decision(WIRED, entries=(WIRING_OUT,)),
    ),
    "bought": (WIRED, SETTLED, Decision(BOUGHT, entries=(CONVERTING,), instructions=(payout(),))),
    "bought before the wire was known to arrive": (
        WIRING,
        SETTLED,
        Decision(BOUGHT, entries=(WIRING_OUT, CONVERTING), instructions=(payout(),)),
    ),
    "payout taken": (
        BOUGHT,
        PaymentAccepted(reference=PAYOUT, provider_id="p-1"),
        Decision(SENT, instructions=(LookUp.into(LookupKind.PAYMENT, PAYOUT, provider_id="p-1"),)),
    ),
    "paid out": (
        SENT,
        PaymentCompleted(reference=PAYOUT, provider_id="p-1", tx_hash="0x2"),
        Decision(
            COMPLETED,
            entries=(
                funding_templates.paid_out(f"{ID}:paid-out", owner=ADA, amount=a.usdc("99.5")),
            ),
            names=(LookupKey("chain.transaction.0x2", ID),),
        ),
    ),
    "payout failed": (
        SENT,
        PaymentFailed(reference=PAYOUT, reason="no gas"),
        again(SENT, "no gas"),
    ),
    "payout refused": (
        BOUGHT,
        EffectRefused(reference=PAYOUT, reason="no"),
        again(BOUGHT, "no"),
    ),
    "payout refused that is not the current one": (
        BOUGHT,
        EffectRefused(reference=reference(ID, "payout", 2), reason="no"),
        Decision(BOUGHT),
    ),
    "conversion refused": (
        DEBITED,
        EffectRefused(reference=ONRAMP, reason="no"),
        Decision(COMPENSATING, instructions=refund()),
    ),
    "wire refused": (
        AGREED,
        EffectRefused(reference=WIRE, reason="no"),
        Decision(
            attrs.evolve(AGREED, stage=Stage.COMPENSATING, reason="no"), instructions=refund()
        ),
    ),
    "wire refused that was taken": (
        WIRING,
        EffectRefused(reference=WIRE, reason="no"),
        Decision(WIRING),
    ),
    "wire came back": (
        WIRED,
        WireFailed(reference=WIRE, reason="no"),
        Decision(
            attrs.evolve(WIRING, stage=Stage.COMPENSATING, reason="no"),
            entries=(funding_templates.wire_returned(f"{ID}:wire-returned", amount=AMOUNT),),
            instructions=refund(),
        ),
    ),
    "refund taken": (
        COMPENSATING,
        JournalAccepted(reference=REFUND, provider_id="j-2"),
        Decision(attrs.evolve(COMPENSATING, refund_id="j-2")),
    ),
    "refunded": (
        COMPENSATING,
        JournalExecuted(reference=REFUND, provider_id="j-2"),
        Decision(
            attrs.evolve(COMPENSATING, stage=Stage.COMPENSATED),
            entries=(
                funding_templates.withdrawal_refunded(f"{ID}:refunded", owner=ADA, amount=AMOUNT),
            ),
        ),
    ),
    "refund rejected": (
        attrs.evolve(COMPENSATING, refund_id="j-2"),
        JournalRejected(reference=REFUND, reason="limit"),
        Decision(attrs.evolve(COMPENSATING, refund_attempt=2), instructions=refund(2)),
    ),
}


@pytest.mark.parametrize(("before", "fact", "after"), STEPS.values(), ids=STEPS)
def test_each_step_books_and_orders_what_follows_from_it(
    before: Withdrawal, fact: WithdrawalFact, after: Decision[Withdrawal]
) -> None:
    assert decide(before, fact) == after


def paused(withdrawal: Withdrawal, reason: str, **changes: Any) -> Withdrawal:
    return attrs.evolve(
        withdrawal,
        stage=Stage.MANUAL_REVIEW,
        paused_stage=withdrawal.stage,
        reason=reason,
        **changes,
    )


STOPS: dict[str, tuple[Withdrawal, WithdrawalFact, Withdrawal]] = {
    "USDC is wanted": (
        DEBITED,
        ConversionOpened(
            conversion=Conversion(
                reference=ONRAMP, provider_id="c-1", pay=PayOnChain(address="0x9")
            )
        ),
        paused(DEBITED, "the off-ramp wants another kind of payment"),
    ),
    "the conversion failed": (
        WIRING,
        ConversionFailed(reference=ONRAMP, reason="expired"),
        paused(WIRING, "expired"),
    ),
    "the conversion is held": (
        WIRING,
        ConversionHeld(reference=ONRAMP, reason="a review"),
        paused(WIRING, "a review"),
    ),
    "another amount settled": (
        WIRED,
        attrs.evolve(SETTLED, settlement=attrs.evolve(SETTLEMENT, sold=a.dollars("99.00"))),
        paused(WIRED, "the off-ramp settled another amount than agreed"),
    ),
    "nothing is left after the fee": (
        WIRED,
        attrs.evolve(SETTLED, settlement=attrs.evolve(SETTLEMENT, fee=a.usdc("100"))),
        paused(WIRED, "the off-ramp settled another amount than agreed"),
    ),
    "the books refuse": (
        SENT,
        LedgerRefused(reference=PAYOUT, reason="refused"),
        paused(SENT, "refused"),
    ),
    "the fourth payout failed": (
        attrs.evolve(SENT, payout_attempt=4),
        PaymentFailed(reference=PAYOUT, reason="no gas"),
        paused(
            attrs.evolve(SENT, payout_attempt=4),
            "no gas",
            given_up=(GivenUp(reference=PAYOUT, has_failed=True),),
        ),
    ),
    "the fourth refund failed": (
        attrs.evolve(COMPENSATING, refund_attempt=4),
        JournalRejected(reference=reference(ID, "refund", 4), reason="limit"),
        paused(
            attrs.evolve(COMPENSATING, refund_attempt=4),
            "limit",
            given_up=(GivenUp(reference=reference(ID, "refund", 4), has_failed=True),),
        ),
    ),
    **{
        f"nothing is heard of the {ref.split(':')[1]}": (
            withdrawal,
            EffectUnknown(reference=ref, reason="no news"),
            paused(withdrawal, "no news", given_up=(GivenUp(reference=ref, has_failed=False),)),
        )
        for withdrawal, ref in [
            (RESERVED, DEBIT),
            (DEBITED, ONRAMP),
            (WIRING, WIRE),
            (SENT, PAYOUT),
            (COMPENSATING, REFUND),
        ]
    },
}


@pytest.mark.parametrize(("before", "fact", "after"), STOPS.values(), ids=STOPS)
def test_it_stops_where_a_person_must_look(
    before: Withdrawal, fact: WithdrawalFact, after: Withdrawal
) -> None:
    assert decide(before, fact) == Decision(after)


@pytest.mark.parametrize(
    ("withdrawal", "awaited"),
    [
        (RESERVED, [DEBIT]),
        (DEBITING, [DEBIT]),
        (DEBITED, [ONRAMP]),
        (WIRING, [ONRAMP, WIRE]),
        (WIRED, [ONRAMP]),
        (BOUGHT, [PAYOUT]),
        (SENT, [PAYOUT]),
        (COMPENSATING, [REFUND]),
        (paused(WIRED, "held"), [ONRAMP]),
        (COMPLETED, []),
    ],
)
def test_it_waits_for_what_may_still_happen(
    withdrawal: Withdrawal, awaited: list[Reference]
) -> None:
    every = [DEBIT, ONRAMP, WIRE, PAYOUT, REFUND]
    known = {ref: withdrawal_payout.awaits(withdrawal, ref) for ref in every}
    assert known == {ref: ref in awaited for ref in every}


def test_the_trail_tells_the_amount_and_where_it_goes() -> None:
    assert withdrawal_payout.PROCESS.terms(REQUESTED) == {
        "amount": str(AMOUNT),
        "chain": TREASURY.chain.value,
        "destination": SOMEWHERE,
    }


def test_after_the_third_failure_it_is_tried_a_fourth_time() -> None:
    third = attrs.evolve(SENT, payout_attempt=3)
    failed = PaymentFailed(reference=PAYOUT, reason="no gas")
    assert decide(third, failed).instructions == (payout(4),)
    third = attrs.evolve(COMPENSATING, refund_attempt=3)
    rejected = JournalRejected(reference=reference(ID, "refund", 3), reason="limit")
    assert decide(third, rejected).instructions == refund(4)
