"""Whatever is heard, in whatever order and however often, a deposit is credited once and net."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.funding.conversion import Conversion, PayByWire, PayOnChain, Settlement
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import reference
from domain.ledger.account import Role
from domain.money import USD, USDC, Money
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
)
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
    TransferSeen,
)
from domain.processes.funding import deposit_arrival
from tests.support import builders as a
from tests.unit.domain.histories import History, decided, is_foreign, references, stories, unmoved

DEPOSIT = a.deposit()
OFFRAMP = st.sampled_from(references(DEPOSIT.id, "offramp"))
PAYMENT = st.sampled_from(references(DEPOSIT.id, "payment"))
FUNDING = st.sampled_from(references(DEPOSIT.id, "funding"))
EFFECT = OFFRAMP | PAYMENT | FUNDING
REASON = st.just("because")
ID = st.just("id-1")
ENDED = {DepositStage.BROKER_FUNDED, DepositStage.FAILED}

ways_to_pay = st.sampled_from(
    [
        PayOnChain(address="0x1"),
        PayOnChain(address="0x1"),
        PayOnChain(address="0x1"),
        PayByWire(bank_name="b", routing_number="r", account_number="a", beneficiary="b", memo="m"),
    ]
)
settlements = st.builds(
    Settlement,
    sold=st.sampled_from([a.usdc("250"), a.usdc("250"), a.usdc("250"), a.usdc("249")]),
    bought=st.sampled_from([a.dollars("250"), a.dollars("249.90"), a.dollars("2.50")]),
    fee=st.sampled_from([a.dollars("2.50"), a.dollars("0")]),
)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        TransferSeen,
        transaction_id=st.sampled_from(["tx-1", "tx-1", "tx-2"]),
        wallet_id=st.just("wallet-ada"),
        tx_hash=st.just("0xabc"),
        amount=st.sampled_from([a.usdc("250.000001"), a.usdc("250.000001"), a.usdc("0.5")]),
        final=st.booleans(),
    ),
    st.builds(
        ConversionOpened,
        conversion=st.builds(Conversion, reference=OFFRAMP, provider_id=ID, pay=ways_to_pay),
    ),
    st.builds(ConversionSettled, reference=OFFRAMP, settlement=settlements),
    st.builds(ConversionFailed, reference=OFFRAMP, reason=REASON),
    st.builds(ConversionHeld, reference=OFFRAMP, reason=REASON),
    st.builds(PaymentAccepted, reference=PAYMENT, provider_id=ID),
    st.builds(PaymentCompleted, reference=PAYMENT, provider_id=ID, tx_hash=st.just("0x2")),
    st.builds(PaymentFailed, reference=PAYMENT, reason=REASON),
    st.builds(JournalAccepted, reference=FUNDING, provider_id=ID),
    st.builds(JournalExecuted, reference=FUNDING, provider_id=ID),
    st.builds(JournalRejected, reference=FUNDING, reason=REASON),
    st.builds(EffectRefused, reference=EFFECT, reason=REASON),
    st.builds(EffectLapsed, reference=EFFECT),
    st.builds(EffectUnknown, reference=EFFECT, reason=REASON),
    st.just(DeadlinePassed(stage="expected")),
)
WAY: list[Fact] = [
    TransferSeen(
        transaction_id="tx-1",
        wallet_id="wallet-ada",
        tx_hash="0xabc",
        amount=a.usdc("250.000001"),
        final=True,
    ),
    ConversionOpened(
        conversion=Conversion(
            reference=reference(DEPOSIT.id, "offramp"),
            provider_id="c",
            pay=PayOnChain(address="0x1"),
        )
    ),
    PaymentAccepted(reference=reference(DEPOSIT.id, "payment"), provider_id="p"),
    PaymentCompleted(reference=reference(DEPOSIT.id, "payment"), provider_id="p", tx_hash="0x"),
    ConversionSettled(
        reference=reference(DEPOSIT.id, "offramp"),
        settlement=Settlement(sold=a.usdc("250"), bought=a.dollars("250"), fee=a.dollars("2.50")),
    ),
    JournalAccepted(reference=reference(DEPOSIT.id, "funding"), provider_id="j"),
    JournalExecuted(reference=reference(DEPOSIT.id, "funding"), provider_id="j"),
]
histories = stories(WAY, facts)
later_facts = st.lists(facts, max_size=25)
quickly = settings(deadline=None, max_examples=100)


def lived(heard: list[Fact]) -> History:
    history = History(DEPOSIT)
    history.take(deposit_arrival.announce(DEPOSIT))
    for fact in heard:
        history.learn(fact)
    return history


def require_conserved(history: History) -> None:
    """What the investor is owed is what arrived, or its dust and what was delivered, never both."""
    deposit = history.record
    assert isinstance(deposit, Deposit)
    usdc = history.owned(USDC, Role.INCOMING, Role.DUST)
    usd = history.owned(USD, Role.INCOMING, Role.CASH)
    nothing = (Money.zero(USDC), Money.zero(USD))
    if deposit.settlement is not None:
        assert (usdc, usd) == (deposit.dust, deposit.settlement.delivered)
    else:
        assert (usdc, usd) in {nothing, (deposit.amount, Money.zero(USD))}
    assert history.held(USDC, Role.CUSTODY) == usdc
    assert history.held(USD, Role.BROKER) == usd


@quickly
@given(histories)
def test_money_neither_appears_nor_vanishes(heard: list[Fact]) -> None:
    history = History(DEPOSIT)
    for fact in heard:
        history.learn(fact)
        require_conserved(history)


@quickly
@given(histories, later_facts)
def test_a_deposit_that_has_ended_goes_at_most_to_review(
    heard: list[Fact], later: list[Fact]
) -> None:
    history = lived(heard)
    end = history.record.stage
    if end not in ENDED:
        return
    for fact in later:
        assert history.learn(fact).instructions == ()
        after = history.record
        assert isinstance(after, Deposit)
        assert (after.paused_stage or after.stage) is end
        require_conserved(history)


@quickly
@given(histories, facts.filter(is_foreign))
def test_news_of_another_process_changes_nothing(heard: list[Fact], foreign: Fact) -> None:
    history = lived(heard)
    assert decided(history.record, foreign) == unmoved(history.record)


@quickly
@given(histories)
def test_buying_power_is_credited_exactly_when_it_is_funded(heard: list[Fact]) -> None:
    history = lived(heard)
    deposit = history.record
    assert isinstance(deposit, Deposit)
    cash = history.owned(USD, Role.CASH)
    if DepositStage.BROKER_FUNDED in {deposit.stage, deposit.paused_stage}:
        assert deposit.settlement is not None
        assert cash == deposit.settlement.delivered
    else:
        assert cash == Money.zero(USD)


@quickly
@given(histories)
def test_in_review_it_is_known_where_it_stopped_and_why(heard: list[Fact]) -> None:
    deposit = lived(heard).record
    assert isinstance(deposit, Deposit)
    if deposit.stage is DepositStage.MANUAL_REVIEW:
        assert deposit.paused_stage not in {None, DepositStage.MANUAL_REVIEW}
        assert deposit.reason
    else:
        assert deposit.paused_stage is None


@pytest.mark.parametrize("known", [WAY[2], WAY[3]])
@pytest.mark.parametrize(
    "contradiction",
    [
        EffectRefused(reference=reference(DEPOSIT.id, "payment"), reason="already sent"),
        EffectLapsed(reference=reference(DEPOSIT.id, "payment")),
    ],
)
def test_a_payment_that_the_custodian_has_is_never_made_again(
    known: Fact, contradiction: Fact
) -> None:
    """The answer was lost, a webhook told, and the retry is refused because it had worked."""
    history = lived([*WAY[:2], known])
    assert history.learn(contradiction) == unmoved(history.record)


def test_the_straight_way_ends_in_buying_power() -> None:
    assert lived(WAY).record.stage is DepositStage.BROKER_FUNDED
