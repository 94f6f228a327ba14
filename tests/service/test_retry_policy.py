"""Patience ends with the provider's silence, not with a slow market, a slow person or a bad night."""

from __future__ import annotations

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import reference
from domain.processes.retry_policy import RetryPolicy
from domain.trading.order import OrderStage
from tests.service.stories import funded, onboarded
from tests.support import builders as a
from tests.support.world import World

OUTAGE_S = 3600
LONG_S = 600


async def test_an_order_may_be_open_for_as_long_as_the_broker_says() -> None:
    world = World(retries=RetryPolicy(lookups_max=3))
    ada = await funded(world)
    order = await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    await world.let_pass(LONG_S)
    assert (await ada.order()).stage is OrderStage.SUBMITTED
    await world.app.trading.cancel(ada.id, order.id)
    await world.let_pass(LONG_S)
    assert (await ada.order()).stage is OrderStage.CANCELED
    assert await ada.available() == a.dollars("1000.00")


async def test_the_last_inquiry_brings_news_and_no_complaint() -> None:
    """What it asked about has just been answered, so that nothing is unknown."""
    world = World(retries=RetryPolicy(lookups_max=1))
    ada = await funded(world)
    world.slow_down()
    withdrawal = await ada.withdraw("100.00")
    await world.run_jobs()
    world.brokerage.settle(reference(withdrawal.id, "debit"))
    world.advance(10)
    await world.run_jobs()
    assert (await ada.withdrawal()).stage is WithdrawalStage.ONRAMP_REQUESTED


async def test_an_hour_without_a_provider_costs_an_hour() -> None:
    world = World()
    ada = await onboarded(world)
    await ada.receive("250")
    for _ in range(OUTAGE_S // 10):
        world.brokerage.faults.be_unavailable()
        world.advance(10)
        await world.run_jobs()
    assert (await ada.deposit()).stage is DepositStage.OFFRAMP_SETTLED
    await world.let_pass(LONG_S)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED


async def test_an_effect_whose_every_try_was_cut_short_goes_to_a_person() -> None:
    """The worker dies in each of them, or stops it because its lease is nearly over."""
    world = World(retries=RetryPolicy(attempts_max=3))
    ada = await onboarded(world)
    await ada.receive("250")
    for _ in range(5):
        await world.app.jobs.claim(limit=16, lease_s=30)
        world.advance(31)
    await world.run_jobs()
    assert (await ada.deposit()).stage is DepositStage.MANUAL_REVIEW
