"""What an act was judged on changes before its commit: it is judged again on what is so by then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.limits import Cap, LimitExceeded, Limits, Tier, TierLimits
from domain.processes.accounts import onboarding
from domain.processes.facts.accounts import TierAssigned
from domain.processes.facts.fact import Fact
from domain.wallets.chain import Chain
from tests.service.stories import CHAIN, Investor, funded
from tests.support import builders as a
from tests.support.world import World

Act = Callable[[World, Investor], Awaitable[object]]
SMALL = Cap(day=a.dollars("1000.00"), month=a.dollars("1000.00"))
LEAST = Cap(day=a.dollars("5.00"), month=a.dollars("1000.00"))
LARGE = Cap(day=a.dollars("9000.00"), month=a.dollars("9000.00"))
LIMITS = Limits(
    basic=TierLimits(deposit=SMALL, withdrawal=LEAST, trade=LEAST),
    plus=TierLimits(deposit=LARGE, withdrawal=LARGE, trade=LARGE),
)


@pytest.fixture
def world() -> World:
    return World(limits=LIMITS)


async def tell(world: World, ada: Investor, fact: Fact) -> None:
    await world.app.processes.apply(onboarding.name_of(ada.id), fact)


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 997.50 dollars and the higher limits."""
    investor = await funded(world, "1000.00")
    await tell(world, investor, TierAssigned(tier=Tier.PLUS, reason="asked"))
    return investor


async def order(world: World, ada: Investor) -> object:
    return await world.app.trading.place(ada.id, terms=a.buy("10.00"))


async def basket(world: World, ada: Investor) -> object:
    return await world.app.trading.place_basket(
        ada.id, basket_id="thirds", notional=a.dollars("10.00")
    )


async def withdrawal(world: World, ada: Investor) -> object:
    del world
    return await ada.withdraw("10.00")


async def deposit(world: World, ada: Investor) -> object:
    return await world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc("10"))


async def wallet(world: World, ada: Investor) -> object:
    return await world.app.wallets.create(ada.id, chain=Chain.SOLANA)


@pytest.mark.situation(
    "limits are lowered between a decision and its commit", must="the lower limits bind"
)
@pytest.mark.parametrize("act", [order, basket, withdrawal, deposit])
async def test_lowered_limits_bind(world: World, ada: Investor, act: Act) -> None:
    world.meanwhile = lambda: tell(world, ada, TierAssigned(tier=Tier.BASIC, reason="lowered"))
    with pytest.raises(LimitExceeded):
        await act(world, ada)
    assert (await ada.cash()).held == a.dollars("0.00")


@pytest.mark.parametrize("act", [order, basket, withdrawal, deposit, wallet])
async def test_a_change_that_does_not_matter_refuses_nothing(
    world: World, ada: Investor, act: Act
) -> None:
    world.meanwhile = lambda: tell(world, ada, TierAssigned(tier=Tier.PLUS, reason="again"))
    await act(world, ada)
