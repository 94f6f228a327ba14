"""A debt is paid before anything is free, whatever makes it and whatever could pay it."""

from __future__ import annotations

import attrs
import pytest

from domain.ids import ProcessId
from domain.ledger.account import Role
from domain.ledger.entry import InsufficientFunds
from domain.money import USD, Money
from domain.processes.facts.review import Ruled
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.quantity import Price
from domain.review.ruling import Action, Evidence
from domain.trading.order import OrderStage
from domain.trading.report_age import ReportAge
from tests.service.orders import buy_shares, owning, placed, shares, tell
from tests.service.stories import Investor, funded
from tests.support import builders as a
from tests.support.world import World

ZERO = a.dollars("0.00")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power."""
    return await funded(world)


async def in_debt(world: World, ada: Investor) -> None:
    """One share was bought for 1300.00, which is more than there was."""
    world.exchange.quote("AAPL", "900.00")
    order = await placed(world, ada, buy_shares("1"))
    dear = OrderReported(
        reference=order.reference,
        provider_id="order-1",
        status=OrderStatus.FILLED,
        filled=shares("1"),
        average_price=Price.of("1300"),
    )
    await tell(world, dear, order)


async def rule_correct(world: World, order_id: ProcessId, filled: Money, cost: str) -> None:
    evidence = Evidence(filled=filled, cost=a.dollars(cost))
    ruled = Ruled(action=Action.CORRECT, reason="seen", evidence=evidence)
    await world.app.processes.apply(order_id, ruled)


async def test_a_fill_that_costs_too_much_takes_what_is_free_before_it_owes(
    world: World, ada: Investor
) -> None:
    await in_debt(world, ada)
    cash = await ada.cash()
    assert (cash.available, cash.held, cash.owed) == (ZERO, ZERO, a.dollars("300.00"))
    portfolio = await world.app.portfolio.portfolio(ada.id)
    assert portfolio.total == a.dollars("600.00"), "a share at 900.00, less the debt"
    with pytest.raises(InsufficientFunds):
        await world.app.trading.place(ada.id, terms=a.buy("1.00"))


@pytest.mark.situation(
    "a deposit arrives at an investor who owes", must="the debt is paid before anything is free"
)
async def test_a_deposit_pays_the_debt_first(world: World, ada: Investor) -> None:
    await in_debt(world, ada)
    await ada.receive("102.50")
    await world.let_pass(60)
    cash = await ada.cash()
    assert (cash.available, cash.owed) == (ZERO, a.dollars("200.00"))
    await ada.receive("252.50")
    await world.let_pass(60)
    cash = await ada.cash()
    assert (cash.available, cash.owed) == (a.dollars("50.00"), ZERO)


async def test_proceeds_and_what_is_released_pay_the_debt_first(
    world: World, ada: Investor
) -> None:
    resting = await placed(world, ada, buy_shares("1", limit="50.00"))
    await in_debt(world, ada)
    assert (await ada.cash()).owed == a.dollars("350.00")
    await tell(world, world.exchange.end(resting.reference, OrderStatus.CANCELED), resting)
    cash = await ada.cash()
    assert (cash.available, cash.held, cash.owed) == (ZERO, ZERO, a.dollars("300.00"))
    sold = await placed(world, ada, a.sell("1"))
    proceeds = OrderReported(
        reference=sold.reference,
        provider_id="order-3",
        status=OrderStatus.FILLED,
        filled=shares("1"),
        average_price=Price.of("900"),
    )
    await tell(world, proceeds, sold)
    cash = await ada.cash()
    assert (cash.available, cash.owed) == (a.dollars("600.00"), ZERO)


@pytest.mark.situation(
    "a sale is busted whose proceeds were withdrawn",
    must="it is booked, the missing part as a debt",
)
async def test_a_bust_whose_proceeds_are_gone_is_booked(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    await owning(world, ada, "5")
    order = await placed(world, ada, a.sell("5"))
    filled = world.exchange.fill(order.reference)
    await tell(world, filled, order)
    await ada.withdraw("1000.00")
    busted = attrs.evolve(
        filled, filled=shares("0"), average_price=None, corrects=True, age=ReportAge(event_id="9")
    )
    await tell(world, busted, order)
    await rule_correct(world, order.id, shares("0"), "0.00")
    found = await world.app.trading.order(ada.id, order.id)
    assert (found.stage, found.filled, found.cost) == (OrderStage.FILLED, shares("0"), ZERO)
    assert await ada.shares("AAPL") == shares("5")
    assert (await ada.cash()).owed == a.dollars("500.00")
    assert await world.app.reconciliation.imbalances() == {}


async def test_a_bust_whose_shares_are_sold_on_is_booked(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    bought = await placed(world, ada, buy_shares("5"))
    filled = world.exchange.fill(bought.reference)
    await tell(world, filled, bought)
    sold = await placed(world, ada, a.sell("5"))
    await tell(world, world.exchange.fill(sold.reference), sold)
    busted = attrs.evolve(
        filled, filled=shares("0"), average_price=None, corrects=True, age=ReportAge(event_id="9")
    )
    await tell(world, busted, bought)
    await rule_correct(world, bought.id, shares("0"), "0.00")
    assert (await ada.owed("AAPL"), await ada.available()) == (shares("5"), a.dollars("1500.00"))
    portfolio = await world.app.portfolio.portfolio(ada.id)
    assert [p.quantity for p in portfolio.positions] == [-shares("5")]
    assert portfolio.total == a.dollars("1000.00")
    await owning(world, ada, "6")
    assert (await ada.owed("AAPL"), await ada.shares("AAPL")) == (shares("0"), shares("1"))


async def test_the_payment_of_a_debt_is_audited(world: World, ada: Investor) -> None:
    await in_debt(world, ada)
    records = [
        record
        for record in world.database.audit_records.values()
        if "debt-paid" in record.detail.get("entry", "")
    ]
    [record] = records
    assert (record.subject, record.actor) == (ada.id, "firm")
    assert record.detail[f"{Role.CASH.value}:{ada.id}:{USD}"].startswith("-")


async def test_an_investor_who_has_paid_can_close_the_account(world: World, ada: Investor) -> None:
    await in_debt(world, ada)
    sold = await placed(world, ada, a.sell("1"))
    world.exchange.quote("AAPL", "300.00")
    proceeds = OrderReported(
        reference=sold.reference,
        provider_id="order-2",
        status=OrderStatus.FILLED,
        filled=shares("1"),
        average_price=Price.of("300"),
    )
    await tell(world, proceeds, sold)
    balances = await world.app.portfolio.balances(ada.id)
    assert not any(
        (b.available, b.held, b.owed, b.incoming, b.outgoing) != (Money.zero(b.asset),) * 5
        for b in balances
    )
    assert await world.app.reconciliation.imbalances() == {}
