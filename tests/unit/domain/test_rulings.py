"""What people may rule on orders, wallets and onboardings, and what is noted for them in review."""

from __future__ import annotations

import attrs
import pytest

from domain.accounts.onboarding import OnboardingStage, ProviderAccount, ProviderAccountStatus
from domain.funding.deposit import DepositStage
from domain.ids import reference
from domain.ledger.account import Role
from domain.money import USD, Money
from domain.processes.decision import Process
from domain.processes.dispatch import decide
from domain.processes.facts.effects import EffectRefused, EffectUnknown, LedgerRefused
from domain.processes.facts.funding import ConversionHeld, PaymentAccepted
from domain.processes.facts.review import Ruled
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.instructions import LinkWallet, LookUp
from domain.processes.rulings import possible, questions
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.review.given_up import GivenUp
from domain.review.ruling import Action, Evidence
from domain.trading.order import OrderStage
from domain.wallets.wallet import WalletStage
from tests.support import builders as a
from tests.support.builders import ADA
from tests.unit.domain import test_deposit_properties as deposits
from tests.unit.domain.histories import History

DEPOSIT = deposits.DEPOSIT.id
SHARES = a.buy().asset


def ruled(action: Action, **evidence: object) -> Ruled:
    return Ruled(action=action, reason="seen", evidence=Evidence(**evidence))  # type: ignore[arg-type]


def unknown(record: Process, step: str) -> EffectUnknown:
    return EffectUnknown(reference=reference(record.id, step), reason="no news")


def test_an_order_that_the_broker_never_had_gives_back_what_it_reserved() -> None:
    order = order_execution.place(a.order()).record
    stuck = decide(order, unknown(order, "order")).record
    assert possible(stuck) == [Action.DID_NOT_HAPPEN, Action.CORRECT]
    ended = decide(stuck, ruled(Action.DID_NOT_HAPPEN))
    assert ended.record.stage is OrderStage.REJECTED
    assert [entry.template for entry in ended.entries] == ["released"]
    assert [question.about for question in questions(stuck)] == [order.reference]


def test_an_order_of_which_the_broker_was_heard_was_placed() -> None:
    order = a.order(stage=OrderStage.ACCEPTED, provider_id="o-1")
    stuck = decide(order, LedgerRefused(reference=order.reference, reason="no")).record
    assert Action.DID_NOT_HAPPEN not in possible(stuck)


@pytest.mark.parametrize(
    ("filled", "cost", "shares", "dollars"),
    [("0.5", "50", "0.5", "50"), ("1", "90", "1", "10"), ("0", "0", "0", "100")],
)
def test_a_corrected_buy_leaves_what_the_broker_shows(
    filled: str, cost: str, shares: str, dollars: str
) -> None:
    history = History(a.order())
    history.seed(a.funding(ADA, "100.00"))
    history.take(order_execution.place(a.order()))
    order = reference(a.process_id(1), "order")
    history.learn(
        OrderReported(
            reference=order,
            provider_id="o-1",
            status=OrderStatus.FILLED,
            filled=Money.of("1", SHARES),
            average_price=Price.of("100"),
        )
    )
    history.learn(LedgerRefused(reference=order, reason="corrected"))
    evidence = {"filled": Money.of(filled, SHARES), "cost": a.dollars(cost)}
    history.take(decide(history.record, ruled(Action.CORRECT, **evidence)))
    assert history.record.stage is OrderStage.FILLED
    assert history.owned(SHARES, Role.SECURITY) == Money.of(shares, SHARES)
    assert history.owned(USD, Role.CASH) == a.dollars(dollars)


def test_a_wallet_that_was_created_by_hand_is_linked() -> None:
    wallet = a.wallet(offramp_account_id="offramp-ada")
    stuck = decide(wallet, unknown(wallet, "create")).record
    assert possible(stuck) == [Action.HAPPENED]
    assert decide(stuck, ruled(Action.HAPPENED, provider_id="w-1")).record == stuck
    created = decide(stuck, ruled(Action.HAPPENED, provider_id="w-1", address=a.SOMEWHERE))
    assert created.record.stage is WalletStage.CREATED
    assert [type(each) for each in created.instructions] == [LinkWallet]
    again = decide(created.record, unknown(wallet, "link")).record
    assert decide(again, ruled(Action.HAPPENED, provider_id="w-1")).record.stage is WalletStage.LIVE


def test_an_account_that_is_there_after_all_is_asked_how_it_stands() -> None:
    opening = attrs.evolve(a.onboarding(), broker=ProviderAccount(), offramp=ProviderAccount())
    one = decide(opening, unknown(opening, "broker")).record
    both = decide(one, unknown(opening, "offramp")).record
    first = decide(both, ruled(Action.HAPPENED, provider_id="b-1"))
    assert first.record.broker == ProviderAccount(id="b-1", standing=ProviderAccountStatus.PENDING)
    assert first.record.stage is OnboardingStage.MANUAL_REVIEW, "the other is still unknown"
    assert [type(each) for each in first.instructions] == [LookUp]
    second = decide(first.record, ruled(Action.HAPPENED, provider_id="o-1")).record
    assert (second.stage, second.offramp.id) == (OnboardingStage.SUBMITTED, "o-1")
    assert decide(both, ruled(Action.DID_NOT_HAPPEN)).record.stage is OnboardingStage.REJECTED


def paying() -> History:
    """A deposit that waits for the off-ramp, and has stopped because that holds the conversion."""
    history = deposits.lived(list(deposits.WAY[:2]))
    history.learn(ConversionHeld(reference=reference(DEPOSIT, "offramp"), reason="a review"))
    return history


def test_in_review_it_is_noted_that_the_custodian_took_the_payment() -> None:
    history = paying()
    payment = reference(DEPOSIT, "payment")
    assert Action.REFUNDED not in possible(history.record)
    outcome = history.learn(PaymentAccepted(reference=payment, provider_id="p-1"))
    assert outcome.record.stage is DepositStage.MANUAL_REVIEW
    assert outcome.record.reason == "a review"
    assert [type(each) for each in outcome.instructions] == [LookUp]
    assert {Action.SETTLED, Action.REFUNDED} <= set(possible(history.record))


def test_in_review_it_is_noted_that_a_payment_has_certainly_failed() -> None:
    history = paying()
    payment = reference(DEPOSIT, "payment")
    assert Action.RETRY not in possible(history.record)
    history.learn(EffectRefused(reference=payment, reason="no"))
    assert history.record.given_up == (GivenUp(reference=payment, has_failed=True),)  # type: ignore[union-attr]
    again = decide(history.record, ruled(Action.RETRY))
    assert [each.reference for each in again.instructions] == [reference(DEPOSIT, "offramp", 2)]
    assert again.record.given_up == ()


def test_what_is_certain_is_not_doubted_afterwards() -> None:
    history = paying()
    payment = reference(DEPOSIT, "payment")
    history.learn(EffectRefused(reference=payment, reason="no"))
    history.learn(EffectUnknown(reference=payment, reason="no news"))
    assert history.record.given_up == (GivenUp(reference=payment, has_failed=True),)  # type: ignore[union-attr]
    assert Action.DID_NOT_HAPPEN not in possible(history.record)


def test_a_process_that_does_not_know_where_it_stopped_waits_for_a_person() -> None:
    lost = a.deposit(stage=DepositStage.MANUAL_REVIEW)
    news = PaymentAccepted(reference=reference(lost.id, "payment"), provider_id="p-1")
    assert decide(lost, news).record == lost
    order = a.order(stage=OrderStage.MANUAL_REVIEW)
    report = OrderReported(
        reference=order.reference,
        provider_id="o-1",
        status=OrderStatus.OPEN,
        filled=Money.of("1", SHARES),
        average_price=Price.of("1"),
    )
    assert decide(order, report).record == order


def test_nothing_is_asked_or_ruled_about_what_is_never_in_review() -> None:
    for record in (a.investor(), a.proposal(), a.wallet()):
        assert list(questions(record)) == []
        assert possible(record) == []
