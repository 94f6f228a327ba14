from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import attrs
import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import Reference
from domain.ledger.entry import InsufficientFunds
from domain.limits import (
    Activity,
    Cap,
    Headroom,
    LimitExceeded,
    Limits,
    Period,
    Tier,
    TierLimits,
)
from domain.processes.accounts import onboarding
from domain.processes.facts.accounts import TierAssigned
from domain.processes.facts.funding import LimitOverridden
from domain.processes.facts.trading import OrderStatus
from domain.quantity import Price
from domain.trading.order import OrderStage, OrderType
from tests.service.orders import buy_shares, placed, tell
from tests.service.stories import CHAIN, Investor, funded, require_honest_books
from tests.support import builders as a
from tests.support.world import BASKET, World

CAP = Cap(day=a.dollars("300.00"), month=a.dollars("500.00"))
DEPOSITS = Cap(day=a.dollars("1100.00"), month=a.dollars("1500.00"))
BASIC = TierLimits(deposit=DEPOSITS, withdrawal=CAP, trade=CAP)
PLUS = attrs.evolve(BASIC, withdrawal=Cap(day=a.dollars("999.00"), month=a.dollars("999.00")))


@pytest.fixture
def world() -> World:
    return World(limits=Limits(basic=BASIC, plus=PLUS))


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power, for which 1002.50 were deposited."""
    return await funded(world)


async def used(world: World, ada: Investor, activity: Activity) -> list[str]:
    """What is used of the day's and of the month's limit."""
    _, headrooms = await world.app.limits.headrooms(ada.id)
    return [headroom.used.decimal for headroom in headrooms if headroom.activity is activity]


async def exceeded(world: World, ada: Investor, text: str) -> Headroom:
    with pytest.raises(LimitExceeded) as refused:
        await ada.withdraw(text)
    assert refused.value.headroom is not None
    return refused.value.headroom


async def test_a_withdrawal_over_the_limit_is_refused_and_reserves_nothing(
    world: World, ada: Investor
) -> None:
    await ada.withdraw("200.00")
    headroom = await exceeded(world, ada, "100.01")
    assert (headroom.activity, headroom.period) == (Activity.WITHDRAWAL, Period.DAY)
    assert (headroom.used, headroom.remaining) == (a.dollars("200.00"), a.dollars("100.00"))
    assert headroom.resets_at == a.AT.replace(hour=0) + timedelta(days=1)
    assert await ada.available() == a.dollars("800.00")
    await ada.withdraw("100.00")


async def test_the_next_day_there_is_room_again_but_no_more_than_in_the_month(
    world: World, ada: Investor
) -> None:
    await ada.withdraw("300.00")
    world.advance(86_400)
    headroom = await exceeded(world, ada, "201.00")
    assert (headroom.period, headroom.remaining) == (Period.MONTH, a.dollars("200.00"))
    await ada.withdraw("200.00")
    world.advance(30 * 86_400)
    await ada.withdraw("300.00")


async def test_what_a_failed_withdrawal_counted_is_given_back(world: World, ada: Investor) -> None:
    world.slow_down()
    withdrawal = await ada.withdraw("300.00")
    await world.run_jobs()
    world.brokerage.fail(Reference(f"{withdrawal.id}:debit:1"), "no")
    assert await used(world, ada, Activity.WITHDRAWAL) == ["300.00", "300.00"]
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.FAILED
    assert await used(world, ada, Activity.WITHDRAWAL) == ["0.00", "0.00"]
    await ada.withdraw("300.00")


async def test_what_cannot_be_paid_counts_nothing(world: World, ada: Investor) -> None:
    await ada.withdraw("100.00")
    await placed(world, ada, a.buy("300.00"))
    world.advance(86_400)
    await placed(world, ada, a.buy("200.00"))
    with pytest.raises(InsufficientFunds):
        await world.app.trading.place(ada.id, terms=a.buy("100000.00"))
    assert await used(world, ada, Activity.TRADE) == ["200.00", "500.00"]


async def test_an_order_counts_what_it_may_trade_and_then_what_it_traded(
    world: World, ada: Investor
) -> None:
    order = await placed(world, ada, a.buy("100.00"))
    assert await used(world, ada, Activity.TRADE) == ["100.00", "100.00"]
    part = world.exchange.fill(order.reference, a.sell("0.1").quantity)
    await tell(world, part, order)
    await tell(world, world.exchange.end(order.reference, OrderStatus.CANCELED), order)
    ended = await ada.order()
    assert (ended.stage, ended.cost.is_positive) == (OrderStage.CANCELED, True)
    assert await used(world, ada, Activity.TRADE) == [ended.cost.decimal] * 2


async def test_a_sale_counts_what_its_shares_are_worth(world: World, ada: Investor) -> None:
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("1"))
    assert await used(world, ada, Activity.TRADE) == ["105.00", "105.00"]
    await tell(world, world.exchange.fill(order.reference), order)
    assert await used(world, ada, Activity.TRADE) == ["100.00", "100.00"]
    await placed(world, ada, a.sell("0.5"))
    assert await used(world, ada, Activity.TRADE) == ["150.00", "150.00"]


async def test_a_basket_counts_as_a_whole_or_not_at_all(world: World, ada: Investor) -> None:
    for notional, count in (("300.01", "0.00"), ("300.00", "300.00")):
        try:
            await world.app.trading.place_basket(
                ada.id, basket_id=BASKET.id, notional=a.dollars(notional)
            )
        except LimitExceeded:
            assert await world.app.trading.orders(ada.id, before=None, limit=9) == []
        assert await used(world, ada, Activity.TRADE) == [count, count]


async def test_a_deposit_that_would_be_too_much_is_not_announced(
    world: World, ada: Investor
) -> None:
    assert await used(world, ada, Activity.DEPOSIT) == ["1002.50", "1002.50"]
    with pytest.raises(LimitExceeded):
        await world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc("97.51"))
    await world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc("97.50"))
    assert await used(world, ada, Activity.DEPOSIT) == ["1002.50", "1002.50"]


async def test_what_arrives_over_the_limit_is_booked_and_held_until_it_is_overridden(
    world: World, ada: Investor
) -> None:
    await ada.receive("100")
    await world.let_pass(120)
    held = await ada.deposit()
    assert (held.stage, held.paused_stage) == (DepositStage.MANUAL_REVIEW, DepositStage.CONFIRMED)
    assert held.reason == "97.50 USD of the deposit limit of 1100.00 USD per day remain"
    assert await used(world, ada, Activity.DEPOSIT) == ["1002.50", "1002.50"]
    await require_honest_books(world, ada)

    await ada.receive("50")
    await world.app.processes.apply(held.id, LimitOverridden(reason="known to us"))
    await world.let_pass(120)
    assert await used(world, ada, Activity.DEPOSIT) == ["1152.50", "1152.50"]
    deposits = await world.app.funding.deposits(ada.id, before=None, limit=9)
    assert {deposit.stage for deposit in deposits} == {DepositStage.BROKER_FUNDED}
    await require_honest_books(world, ada)


async def test_only_what_was_held_can_be_let_go_on(world: World, ada: Investor) -> None:
    funded_before = await ada.deposit()
    await world.app.processes.apply(funded_before.id, LimitOverridden(reason="known to us"))
    assert await ada.deposit() == funded_before


async def test_another_tier_has_other_limits_at_once(world: World, ada: Investor) -> None:
    await ada.withdraw("300.00")
    await exceeded(world, ada, "5.00")
    name = onboarding.name_of(ada.id)
    await world.app.processes.apply(name, TierAssigned(tier=Tier.PLUS, reason="known to us"))
    assert await world.app.limits.tier(ada.id) is Tier.PLUS
    await ada.withdraw("500.00")
    await world.app.processes.apply(name, TierAssigned(tier=Tier.BASIC, reason="no more"))
    assert (await exceeded(world, ada, "5.00")).remaining == a.dollars("0.00")


async def test_a_sale_counts_the_market_price_however_little_it_asks_for() -> None:
    world = World()
    ada = await funded(world)
    world.exchange.quote("AAPL", "100.00")
    order = await placed(world, ada, buy_shares("1"))
    await tell(world, world.exchange.fill(order.reference), order)

    for asked, counted in (("2.01", "150.00"), ("120.00", "210.00")):
        terms = attrs.evolve(
            a.sell("0.5"), type=OrderType.LIMIT, limit_price=Price(Fraction(asked))
        )
        await placed(world, ada, terms)
        _, headrooms = await world.app.limits.headrooms(ada.id)
        used = {
            headroom.used.decimal for headroom in headrooms if headroom.activity is Activity.TRADE
        }
        assert used == {counted}
