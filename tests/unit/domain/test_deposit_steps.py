"""Each step of a deposit: what is known, booked and ordered after it."""

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
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey, reference
from domain.ledger.account import Role
from domain.ledger.templates import funding as funding_templates
from domain.processes.decision import Decision
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
)
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    DepositFact,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    LimitOverridden,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferHeld,
    TransferSeen,
)
from domain.processes.funding import deposit_arrival, deposit_settlement
from domain.processes.funding.deposit_settlement import decide
from domain.processes.instructions import (
    JournalFunds,
    LookUp,
    LookupKind,
    OpenConversion,
    SendUsdc,
    WatchDeadline,
)
from domain.review.given_up import GivenUp
from tests.support import builders as a
from tests.support.builders import ADA, AT, WALLET_OF_ADA

Stage = DepositStage
ID = a.process_id(1)
ANNOUNCED = a.deposit()
OFFRAMP, PAYMENT, FUNDING = (reference(ID, step) for step in ("offramp", "payment", "funding"))
SEEN = TransferSeen(
    transaction_id="tx-1", wallet_id="wallet-ada", tx_hash="0x1", amount=a.usdc("250"), final=False
)
FINAL = attrs.evolve(SEEN, final=True)
OPENED = ConversionOpened(
    conversion=Conversion(
        reference=OFFRAMP, provider_id="c-1", pay=PayOnChain(address="0x9", expires_at=AT)
    )
)
SETTLEMENT = Settlement(sold=a.usdc("250"), bought=a.dollars("250.00"), fee=a.dollars("2.50"))
SETTLED = ConversionSettled(reference=OFFRAMP, settlement=SETTLEMENT)
TAKEN = PaymentAccepted(reference=PAYMENT, provider_id="p-1")
PAID = PaymentCompleted(reference=PAYMENT, provider_id="p-1", tx_hash="0x2")

DETECTED = attrs.evolve(
    ANNOUNCED, stage=Stage.DETECTED, transaction_id="tx-1", tx_hash="0x1", amount=a.usdc("250")
)
CONFIRMED = attrs.evolve(DETECTED, stage=Stage.CONFIRMED)
REQUESTED = attrs.evolve(
    CONFIRMED,
    stage=Stage.OFFRAMP_REQUESTED,
    conversion=OPENED.conversion,
    payment=Payment(reference=PAYMENT),
)
SENDING = attrs.evolve(REQUESTED, payment=Payment(reference=PAYMENT, provider_id="p-1"))
SENT = attrs.evolve(
    REQUESTED,
    payment=Payment(reference=PAYMENT, provider_id="p-1", tx_hash="0x2", completed=True),
)
CONVERTED = attrs.evolve(SENT, stage=Stage.OFFRAMP_SETTLED, settlement=SETTLEMENT)
FUNDED = attrs.evolve(CONVERTED, stage=Stage.BROKER_FUNDED)

NAMES = (
    LookupKey("circle.transaction", "tx-1"),
    LookupKey("chain.transaction.0x1", "tx-1"),
)
CONFIRMING = funding_templates.deposit_confirmed(
    f"{ID}:confirmed",
    owner=ADA,
    wallet_id=a.WALLET_OF_ADA.wallet_id,
    gross=a.usdc("250"),
    dust=a.usdc("0"),
    from_dust=a.usdc("0"),
)
PAYING = funding_templates.usdc_sent_to_offramp(f"{ID}:paid", owner=ADA, amount=a.usdc("250"))
SETTLING = funding_templates.converted(
    f"{ID}:settled",
    owner=ADA,
    claim=Role.INCOMING,
    sold=a.usdc("250"),
    bought=a.dollars("250.00"),
    fee=a.dollars("2.50"),
    received_in=Role.BROKER,
)
CREDITING = funding_templates.buying_power_credited(
    f"{ID}:funded", owner=ADA, net=a.dollars("247.50")
)


def conversion(attempt: int = 1) -> OpenConversion:
    return OpenConversion(
        reference=reference(ID, "offramp", attempt),
        direction=Direction.TO_DOLLARS,
        amount=a.usdc("250"),
        offramp_account_id="offramp-ada",
        wallet=WALLET_OF_ADA,
    )


def journal(attempt: int = 1) -> JournalFunds:
    return JournalFunds(
        reference=reference(ID, "funding", attempt),
        broker_account_id="broker-ada",
        amount=a.dollars("247.50"),
        to_investor=True,
    )


SEND = SendUsdc(
    reference=PAYMENT,
    wallet=WALLET_OF_ADA,
    destination="0x9",
    amount=a.usdc("250"),
    not_after=AT,
    pays=OFFRAMP,
    offramp_account_id="offramp-ada",
)


def test_an_announced_deposit_is_watched_for_a_day() -> None:
    watch = WatchDeadline(reference=reference(ID, "expiry"), stage="expected", after_s=24 * 3600)
    assert deposit_arrival.announce(ANNOUNCED) == Decision(ANNOUNCED, instructions=(watch,))


STEPS: dict[str, tuple[Deposit, DepositFact, Decision[Deposit]]] = {
    "seen": (
        ANNOUNCED,
        SEEN,
        Decision(
            DETECTED,
            instructions=(
                LookUp.into(LookupKind.ARRIVAL, reference(ID, "arrival"), provider_id="tx-1"),
            ),
            names=NAMES,
        ),
    ),
    "seen again": (DETECTED, SEEN, Decision(DETECTED)),
    "seen after the deadline": (
        attrs.evolve(DETECTED, stage=Stage.EXPIRED, reason="late"),
        FINAL,
        Decision(CONFIRMED, entries=(CONFIRMING,), instructions=(conversion(),)),
    ),
    "final": (
        DETECTED,
        FINAL,
        Decision(CONFIRMED, entries=(CONFIRMING,), instructions=(conversion(),)),
    ),
    "final at once": (
        ANNOUNCED,
        FINAL,
        Decision(CONFIRMED, entries=(CONFIRMING,), instructions=(conversion(),), names=NAMES),
    ),
    "another transfer": (DETECTED, attrs.evolve(FINAL, transaction_id="tx-2"), Decision(DETECTED)),
    "over the limit": (
        DETECTED,
        TransferHeld.of(FINAL, reason="over the limit"),
        Decision(
            attrs.evolve(
                CONFIRMED,
                stage=Stage.MANUAL_REVIEW,
                paused_stage=Stage.CONFIRMED,
                reason="over the limit",
            ),
            entries=(CONFIRMING,),
        ),
    ),
    "conversion agreed": (
        CONFIRMED,
        OPENED,
        Decision(
            REQUESTED,
            instructions=(
                SEND,
                LookUp.into(
                    LookupKind.CONVERSION, OFFRAMP, account_id="offramp-ada", provider_id="c-1"
                ),
            ),
        ),
    ),
    "payment taken": (
        REQUESTED,
        TAKEN,
        Decision(
            SENDING,
            instructions=(LookUp.into(LookupKind.PAYMENT, PAYMENT, provider_id="p-1"),),
        ),
    ),
    "payment final": (SENDING, PAID, Decision(SENT, entries=(PAYING,))),
    "converted": (
        SENT,
        SETTLED,
        Decision(CONVERTED, entries=(SETTLING,), instructions=(journal(),)),
    ),
    "converted before the payment was final": (
        SENDING,
        SETTLED,
        Decision(
            attrs.evolve(
                CONVERTED,
                payment=Payment(reference=PAYMENT, provider_id="p-1", completed=True),
            ),
            entries=(PAYING, SETTLING),
            instructions=(journal(),),
        ),
    ),
    "journal taken": (
        CONVERTED,
        JournalAccepted(reference=FUNDING, provider_id="j-1"),
        Decision(
            attrs.evolve(CONVERTED, stage=Stage.BROKER_FUNDING_REQUESTED),
            instructions=(LookUp.into(LookupKind.JOURNAL, FUNDING, provider_id="j-1"),),
        ),
    ),
    "funded": (
        CONVERTED,
        JournalExecuted(reference=FUNDING, provider_id="j-1"),
        Decision(FUNDED, entries=(CREDITING,)),
    ),
    "conversion refused": (
        CONFIRMED,
        EffectRefused(reference=OFFRAMP, reason="no"),
        Decision(attrs.evolve(CONFIRMED, attempt=2, reason="no"), instructions=(conversion(2),)),
    ),
    "payment failed": (
        SENDING,
        PaymentFailed(reference=PAYMENT, reason="no gas"),
        Decision(
            attrs.evolve(CONFIRMED, attempt=2, reason="no gas"), instructions=(conversion(2),)
        ),
    ),
    "payment refused": (
        REQUESTED,
        EffectRefused(reference=PAYMENT, reason="no"),
        Decision(attrs.evolve(CONFIRMED, attempt=2, reason="no"), instructions=(conversion(2),)),
    ),
    "payment lapsed": (
        REQUESTED,
        EffectLapsed(reference=PAYMENT),
        Decision(
            attrs.evolve(
                CONFIRMED,
                attempt=2,
                lapses=1,
                reason="the off-ramp's offer lapsed before it was paid",
            ),
            instructions=(conversion(2),),
        ),
    ),
    "journal refused": (
        CONVERTED,
        EffectRefused(reference=FUNDING, reason="no"),
        Decision(
            attrs.evolve(CONVERTED, funding_attempt=2, reason="no"), instructions=(journal(2),)
        ),
    ),
    "journal rejected": (
        attrs.evolve(CONVERTED, stage=Stage.BROKER_FUNDING_REQUESTED),
        JournalRejected(reference=FUNDING, reason="no"),
        Decision(
            attrs.evolve(CONVERTED, funding_attempt=2, reason="no"), instructions=(journal(2),)
        ),
    ),
    "off-ramp gave up before it was paid": (
        REQUESTED,
        ConversionFailed(reference=OFFRAMP, reason="expired"),
        Decision(REQUESTED),
    ),
    "deadline": (
        ANNOUNCED,
        DeadlinePassed(stage="expected"),
        Decision(attrs.evolve(ANNOUNCED, stage=Stage.EXPIRED, reason="not confirmed in 24 h")),
    ),
    "deadline of a stage that is past": (
        CONFIRMED,
        DeadlinePassed(stage="expected"),
        Decision(CONFIRMED),
    ),
}


@pytest.mark.parametrize(("before", "fact", "after"), STEPS.values(), ids=STEPS)
def test_each_step_books_and_orders_what_follows_from_it(
    before: Deposit, fact: DepositFact, after: Decision[Deposit]
) -> None:
    assert decide(before, fact) == after


def test_an_arrival_below_the_smallest_conversion_is_kept_as_dust() -> None:
    kept = decide(ANNOUNCED, attrs.evolve(FINAL, amount=a.usdc("0.99")))
    assert (kept.record.stage, kept.instructions) == (Stage.FAILED, ())
    assert kept.record.reason == "below the smallest convertible amount; kept as dust"
    assert kept.entries == (
        funding_templates.deposit_confirmed(
            f"{ID}:confirmed",
            owner=ADA,
            wallet_id=a.WALLET_OF_ADA.wallet_id,
            gross=a.usdc("0.99"),
            dust=a.usdc("0.99"),
            from_dust=a.usdc("0"),
        ),
    )


def paused(deposit: Deposit, reason: str, **changes: Any) -> Deposit:
    return attrs.evolve(
        deposit, stage=Stage.MANUAL_REVIEW, paused_stage=deposit.stage, reason=reason, **changes
    )


WIRE = PayByWire(bank_name="b", routing_number="r", account_number="a", beneficiary="b", memo="m")
STOPS: dict[str, tuple[Deposit, DepositFact, Deposit]] = {
    "a wire is wanted": (
        CONFIRMED,
        ConversionOpened(conversion=Conversion(reference=OFFRAMP, provider_id="c-1", pay=WIRE)),
        paused(
            CONFIRMED,
            "the off-ramp wants another kind of payment",
            given_up=(GivenUp(reference=OFFRAMP, has_failed=True),),
        ),
    ),
    "the conversion is held": (
        REQUESTED,
        ConversionHeld(reference=OFFRAMP, reason="a review"),
        paused(REQUESTED, "a review"),
    ),
    "the off-ramp gave up though it is paid": (
        SENDING,
        ConversionFailed(reference=OFFRAMP, reason="expired"),
        paused(SENDING, "paid, but the off-ramp says: expired"),
    ),
    "another amount settled": (
        SENT,
        attrs.evolve(SETTLED, settlement=attrs.evolve(SETTLEMENT, sold=a.usdc("249"))),
        paused(SENT, "the off-ramp settled another amount than agreed"),
    ),
    "nothing is left after the fee": (
        SENT,
        attrs.evolve(SETTLED, settlement=attrs.evolve(SETTLEMENT, fee=a.dollars("250.00"))),
        paused(SENT, "the off-ramp settled another amount than agreed"),
    ),
    "the books refuse": (
        SENT,
        LedgerRefused(reference=FUNDING, reason="refused"),
        paused(SENT, "refused"),
    ),
    **{
        f"nothing is heard of the {ref.split(':')[1]}": (
            deposit,
            EffectUnknown(reference=ref, reason="no news"),
            paused(deposit, "no news", given_up=(GivenUp(reference=ref, has_failed=False),)),
        )
        for deposit, ref in [
            (DETECTED, reference(ID, "arrival")),
            (CONFIRMED, OFFRAMP),
            (SENDING, PAYMENT),
            (CONVERTED, FUNDING),
        ]
    },
}


@pytest.mark.parametrize(("before", "fact", "after"), STOPS.values(), ids=STOPS)
def test_it_stops_where_a_person_must_look(
    before: Deposit, fact: DepositFact, after: Deposit
) -> None:
    assert decide(before, fact) == Decision(after)


@pytest.mark.parametrize(
    ("last", "fact", "ref"),
    [
        (
            attrs.evolve(CONFIRMED, attempt=4),
            EffectRefused(reference=reference(ID, "offramp", 4), reason="no"),
            reference(ID, "offramp", 4),
        ),
        (
            attrs.evolve(CONVERTED, funding_attempt=4),
            JournalRejected(reference=reference(ID, "funding", 4), reason="no"),
            reference(ID, "funding", 4),
        ),
    ],
)
def test_after_the_fourth_failure_a_person_must_look(
    last: Deposit, fact: DepositFact, ref: Any
) -> None:
    failed = (GivenUp(reference=ref, has_failed=True),)
    assert decide(last, fact) == Decision(paused(last, "no", given_up=failed))


def test_a_deposit_held_for_a_limit_goes_on_when_that_is_overruled() -> None:
    held = paused(CONFIRMED, "over the limit")
    assert decide(held, LimitOverridden(reason="known")) == Decision(
        CONFIRMED, instructions=(conversion(),)
    )
    for other in (CONFIRMED, paused(SENT, "a review")):
        assert decide(other, LimitOverridden(reason="known")) == Decision(other)


def test_the_trail_tells_the_amount_and_the_chain() -> None:
    terms = deposit_settlement.PROCESS.terms(ANNOUNCED)
    assert terms == {"amount": str(a.usdc("250")), "chain": WALLET_OF_ADA.chain.value}


@pytest.mark.parametrize(
    ("deposit", "awaited"),
    [
        (DETECTED, [reference(ID, "arrival")]),
        (SENDING, [OFFRAMP, PAYMENT]),
        (SENT, [OFFRAMP]),
        (CONVERTED, [FUNDING]),
        (attrs.evolve(CONVERTED, stage=Stage.BROKER_FUNDING_REQUESTED), [FUNDING]),
        (paused(CONVERTED, "no news"), [FUNDING]),
        (FUNDED, []),
    ],
)
def test_it_waits_for_what_may_still_happen(deposit: Deposit, awaited: list[Any]) -> None:
    every = [reference(ID, "arrival"), OFFRAMP, PAYMENT, FUNDING]
    known = {ref: deposit_settlement.awaits(deposit, ref) for ref in every}
    assert known == {ref: ref in awaited for ref in every}


def test_after_the_third_failure_it_is_tried_a_fourth_time() -> None:
    third = attrs.evolve(CONFIRMED, attempt=3)
    refused = EffectRefused(reference=reference(ID, "offramp", 3), reason="no")
    assert decide(third, refused).instructions == (conversion(4),)
    third = attrs.evolve(CONVERTED, funding_attempt=3)
    rejected = JournalRejected(reference=reference(ID, "funding", 3), reason="no")
    assert decide(third, rejected).instructions == (journal(4),)
