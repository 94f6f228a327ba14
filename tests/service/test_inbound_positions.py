"""The poll's position comes from what the custodian told, whatever our own clock says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.funding.deposit import DepositStage
from domain.services.integration.feeds import FAR_EVERY, INBOUND
from tests.service.stories import Investor, onboarded
from tests.support import builders as a
from tests.support.world import World

LATE_S = 3 * 3600


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def polls(world: World, times: int = FAR_EVERY) -> None:
    for _ in range(times):
        world.advance(15)
        await world.app.feeds.poll_inbound()
        await world.run_jobs()


@pytest.mark.situation(
    "the custodian's clock is minutes behind or ahead of ours, and its webhooks are lost",
    must="the arrival is found by the poll",
)
@pytest.mark.parametrize("ahead_s", [-300, -80, 80, 300, 7200])
async def test_an_arrival_is_found_whatever_the_custodians_clock_says(
    world: World, ada: Investor, ahead_s: int, was: Callable[[str], None]
) -> None:
    world.custodian.ahead = timedelta(seconds=ahead_s)
    assert ada.wallet.address is not None
    await polls(world, 3)
    for amount in ("250", "100"):
        world.custodian.receive_usdc(ada.wallet.address, a.usdc(amount))
        await polls(world)
        deposit = await ada.deposit()
        assert (deposit.amount, deposit.stage) == (a.usdc(amount), DepositStage.BROKER_FUNDED)
    was(f"clock {ahead_s:+} s: both funded")


@pytest.mark.situation(
    "the custodian lists a transfer hours after it dates it",
    must="the arrival is found by a look that reaches far back",
)
async def test_what_is_listed_hours_late_is_found(world: World, ada: Investor) -> None:
    assert ada.wallet.address is not None
    await ada.receive("100")
    await polls(world)
    world.custodian.ahead = timedelta(seconds=-LATE_S)
    world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"))
    await polls(world)
    assert (await ada.deposit()).amount == a.usdc("250")


async def test_the_position_moves_by_what_was_told_and_by_nothing_else(
    world: World, ada: Investor
) -> None:
    await polls(world)
    assert await world.app.feeds.position(INBOUND) is None
    await ada.receive("100")
    told = world.clock.now().isoformat()
    assert await world.app.feeds.position(INBOUND) == told
    await polls(world)
    assert await world.app.feeds.position(INBOUND) == told
    world.custodian.ahead = timedelta(seconds=-LATE_S)
    await ada.receive("100")
    assert await world.app.feeds.position(INBOUND) == told
