"""Whatever is heard, a withdrawal is paid once, or the investor has the money back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.funding.conversion import Conversion, PayByWire, PayOnChain, Settlement
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import reference
from domain.ledger.account import Role
from domain.money import USD, USDC, Money
from domain.processes.facts.effects import EffectLapsed, EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
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
)
from domain.processes.facts.review import Ruled
from domain.processes.funding import withdrawal_debit
from domain.review.ruling import Action
from tests.support import builders as a
from tests.support.builders import ADA
from tests.unit.domain.histories import History, decided, is_foreign, references, stories, unmoved

WITHDRAWAL = a.withdrawal()
AMOUNT = WITHDRAWAL.amount
JOURNAL = st.sampled_from(references(WITHDRAWAL.id, "debit", "debit", "refund"))
ONRAMP = st.sampled_from(references(WITHDRAWAL.id, "onramp", attempts=1))
WIRE = st.sampled_from(references(WITHDRAWAL.id, "wire", attempts=1))
PAYOUT = st.sampled_from(references(WITHDRAWAL.id, "payout"))
SALE = st.sampled_from(references(WITHDRAWAL.id, "sale"))
SALE_PAYMENT = st.sampled_from(references(WITHDRAWAL.id, "sale-payment"))
EFFECT = JOURNAL | ONRAMP | WIRE | PAYOUT | SALE | SALE_PAYMENT
REASON = st.just("because")
ID = st.just("id-1")
ENDED = {WithdrawalStage.COMPLETED, WithdrawalStage.COMPENSATED, WithdrawalStage.FAILED}
BY_WIRE = PayByWire(
    bank_name="b", routing_number="r", account_number="a", beneficiary="b", memo="m"
)

settlements = st.builds(
    Settlement,
    sold=st.sampled_from([AMOUNT, AMOUNT, AMOUNT, a.dollars("99")]),
    bought=st.sampled_from([a.usdc("100"), a.usdc("99.9"), a.usdc("0.5")]),
    fee=st.sampled_from([a.usdc("0.5"), a.usdc("0")]),
)
sales = st.builds(
    Settlement,
    sold=st.sampled_from([a.usdc("99.5"), a.usdc("99.89"), a.usdc("1")]),
    bought=st.sampled_from([a.dollars("99.50"), a.dollars("2.00")]),
    fee=st.just(a.dollars("2.50")),
)
FINAL = st.booleans()
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(JournalAccepted, reference=JOURNAL, provider_id=ID),
    st.builds(JournalExecuted, reference=JOURNAL, provider_id=ID),
    st.builds(JournalRejected, reference=JOURNAL, reason=REASON),
    st.builds(
        ConversionOpened,
        conversion=st.builds(
            Conversion,
            reference=ONRAMP,
            provider_id=ID,
            pay=st.sampled_from([BY_WIRE, BY_WIRE, PayOnChain(address="0x1")]),
        ),
    ),
    st.builds(ConversionSettled, reference=ONRAMP, settlement=settlements),
    st.builds(ConversionFailed, reference=ONRAMP, reason=REASON),
    st.builds(ConversionHeld, reference=ONRAMP, reason=REASON),
    st.builds(WireAccepted, reference=WIRE, provider_id=ID),
    st.builds(WireCompleted, reference=WIRE, provider_id=ID),
    st.builds(WireFailed, reference=WIRE, reason=REASON),
    st.builds(
        ConversionOpened,
        conversion=st.builds(
            Conversion,
            reference=SALE,
            provider_id=ID,
            pay=st.sampled_from([PayOnChain(address="0x1"), PayOnChain(address="0x1"), BY_WIRE]),
        ),
    ),
    st.builds(ConversionSettled, reference=SALE, settlement=sales),
    st.builds(ConversionFailed, reference=SALE, reason=REASON),
    st.builds(ConversionHeld, reference=SALE, reason=REASON),
    st.builds(EffectLapsed, reference=SALE_PAYMENT),
    st.builds(PaymentAccepted, reference=PAYOUT | SALE_PAYMENT, provider_id=ID),
    st.builds(
        PaymentCompleted,
        reference=PAYOUT | SALE_PAYMENT,
        provider_id=ID,
        tx_hash=st.just("0x2"),
    ),
    st.builds(PaymentFailed, reference=PAYOUT | SALE_PAYMENT, reason=REASON, final=FINAL),
    st.builds(EffectRefused, reference=EFFECT, reason=REASON, final=FINAL),
    st.builds(EffectUnknown, reference=EFFECT, reason=REASON),
)
DEBITED: list[Fact] = [
    JournalAccepted(reference=reference(WITHDRAWAL.id, "debit"), provider_id="j"),
    JournalExecuted(reference=reference(WITHDRAWAL.id, "debit"), provider_id="j"),
]
WAY: list[Fact] = [
    *DEBITED,
    ConversionOpened(
        conversion=Conversion(
            reference=reference(WITHDRAWAL.id, "onramp"), provider_id="c", pay=BY_WIRE
        )
    ),
    WireAccepted(reference=reference(WITHDRAWAL.id, "wire"), provider_id="w"),
    WireCompleted(reference=reference(WITHDRAWAL.id, "wire"), provider_id="w"),
    ConversionSettled(
        reference=reference(WITHDRAWAL.id, "onramp"),
        settlement=Settlement(sold=AMOUNT, bought=a.usdc("100"), fee=a.usdc("0.5")),
    ),
    PaymentAccepted(reference=reference(WITHDRAWAL.id, "payout"), provider_id="p"),
    PaymentCompleted(reference=reference(WITHDRAWAL.id, "payout"), provider_id="p", tx_hash="0x"),
]
WAY_BACK: list[Fact] = [
    *DEBITED,
    EffectRefused(reference=reference(WITHDRAWAL.id, "onramp"), reason="no"),
    JournalAccepted(reference=reference(WITHDRAWAL.id, "refund"), provider_id="j"),
    JournalExecuted(reference=reference(WITHDRAWAL.id, "refund"), provider_id="j"),
]
GIVEN_BACK = Ruled(action=Action.GIVE_BACK, reason="denied")
WAY_OUT: list[Fact] = [
    *WAY[:-1],
    PaymentFailed(reference=reference(WITHDRAWAL.id, "payout"), reason="DENIED", final=True),
    GIVEN_BACK,
    ConversionOpened(
        conversion=Conversion(
            reference=reference(WITHDRAWAL.id, "sale"),
            provider_id="c",
            pay=PayOnChain(address="0x1"),
        )
    ),
    PaymentAccepted(reference=reference(WITHDRAWAL.id, "sale-payment"), provider_id="p"),
    PaymentCompleted(
        reference=reference(WITHDRAWAL.id, "sale-payment"), provider_id="p", tx_hash="0x"
    ),
    ConversionSettled(
        reference=reference(WITHDRAWAL.id, "sale"),
        settlement=Settlement(
            sold=a.usdc("99.5"), bought=a.dollars("99.50"), fee=a.dollars("2.50")
        ),
    ),
    JournalAccepted(reference=reference(WITHDRAWAL.id, "refund"), provider_id="j"),
    JournalExecuted(reference=reference(WITHDRAWAL.id, "refund"), provider_id="j"),
]
histories = stories(WAY, facts) | stories(WAY_BACK, facts) | stories(WAY_OUT, facts)
later_facts = st.lists(facts, max_size=25)
quickly = settings(deadline=None, max_examples=100)


def begun() -> History:
    history = History(WITHDRAWAL)
    history.seed(a.funding(ADA, AMOUNT.decimal))
    history.take(withdrawal_debit.request(WITHDRAWAL))
    return history


def lived(heard: list[Fact]) -> History:
    history = begun()
    for fact in heard:
        history.learn(fact)
    return history


def require_conserved(history: History) -> None:
    """Until it is converted the dollars are somewhere, then what was delivered is, until it is paid."""
    withdrawal = history.record
    assert isinstance(withdrawal, Withdrawal)
    usd = history.owned(USD, Role.CASH, Role.HOLD, Role.OUTGOING)
    usdc = history.owned(USDC, Role.OUTGOING)
    if withdrawal.give_back and withdrawal.give_back.settlement:
        assert (usd, usdc) == (withdrawal.refund, Money.zero(USDC))
    elif withdrawal.settlement is None:
        assert (usd, usdc) == (AMOUNT, Money.zero(USDC))
    elif WithdrawalStage.COMPLETED in {withdrawal.stage, withdrawal.paused_stage}:
        assert (usd, usdc) == (Money.zero(USD), Money.zero(USDC))
    else:
        assert (usd, usdc) == (Money.zero(USD), withdrawal.settlement.delivered)
    assert history.held(USD, Role.BROKER) == usd
    assert history.held(USDC, Role.CUSTODY) == usdc


@quickly
@given(histories)
def test_money_neither_appears_nor_vanishes(heard: list[Fact]) -> None:
    history = begun()
    for fact in heard:
        history.learn(fact)
        require_conserved(history)


@quickly
@given(histories, later_facts)
def test_a_withdrawal_that_has_ended_goes_at_most_to_review(
    heard: list[Fact], later: list[Fact]
) -> None:
    history = lived(heard)
    end = history.record.stage
    if end not in ENDED:
        return
    for fact in later:
        assert history.learn(fact).instructions == ()
        after = history.record
        assert isinstance(after, Withdrawal)
        assert (after.paused_stage or after.stage) is end
        require_conserved(history)


@quickly
@given(histories, facts.filter(is_foreign))
def test_news_of_another_process_changes_nothing(heard: list[Fact], foreign: Fact) -> None:
    history = lived(heard)
    assert decided(history.record, foreign) == unmoved(history.record)


@quickly
@given(histories)
def test_the_money_is_free_again_exactly_when_it_failed_or_was_compensated(
    heard: list[Fact],
) -> None:
    history = lived(heard)
    withdrawal = history.record
    assert isinstance(withdrawal, Withdrawal)
    stage = withdrawal.paused_stage or withdrawal.stage
    is_back = stage in {WithdrawalStage.FAILED, WithdrawalStage.COMPENSATED}
    assert history.owned(USD, Role.CASH) == (withdrawal.refund if is_back else Money.zero(USD))


@quickly
@given(histories)
def test_in_review_it_is_known_where_it_stopped_and_why(heard: list[Fact]) -> None:
    withdrawal = lived(heard).record
    assert isinstance(withdrawal, Withdrawal)
    if withdrawal.stage is WithdrawalStage.MANUAL_REVIEW:
        assert withdrawal.paused_stage not in {None, WithdrawalStage.MANUAL_REVIEW}
        assert withdrawal.reason
    else:
        assert withdrawal.paused_stage is None


def test_the_straight_ways_end_paid_or_compensated() -> None:
    assert lived(WAY).record.stage is WithdrawalStage.COMPLETED
    assert lived(WAY_BACK).record.stage is WithdrawalStage.COMPENSATED
    assert lived(WAY_OUT).record.stage is WithdrawalStage.COMPENSATED
