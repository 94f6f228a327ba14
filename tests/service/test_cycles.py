"""Turns between the providers that a deposit takes late, or in other amounts than agreed."""

from __future__ import annotations

import attrs
import pytest

from domain.funding.conversion import Settlement
from domain.funding.deposit import DepositStage
from domain.ids import reference
from domain.processes.facts.funding import ConversionSettled
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

HOUR_S = 3600
AGREED = Settlement(
    sold=a.usdc("250"), bought=a.dollars("250"), fee=a.dollars("2.50"), provider_id="tf_1"
)


@pytest.fixture
def world() -> World:
    """Providers take their time: nothing settles until the test says so."""
    return World(settles_at_once=False)


async def paid_for(world: World) -> Investor:
    investor = await onboarded(world)
    await investor.receive("250")
    await world.run_jobs()
    return investor


@pytest.mark.parametrize("sold", ["249.99", "250.01"])
async def test_a_conversion_of_another_amount_books_nothing_and_goes_to_a_person(
    world: World, sold: str
) -> None:
    investor = await paid_for(world)
    before = await investor.deposit()
    settlement = attrs.evolve(AGREED, sold=a.usdc(sold), bought=a.dollars(sold))
    told = ConversionSettled(reference=reference(before.id, "offramp"), settlement=settlement)
    await world.app.processes.apply(before.id, told)
    deposit = await investor.deposit()
    assert (deposit.stage, deposit.settlement) == (DepositStage.MANUAL_REVIEW, None)
    assert await investor.available() == a.dollars("0")


async def test_a_journal_that_is_pending_for_the_day_credits_in_the_evening(world: World) -> None:
    investor = await paid_for(world)
    deposit = await investor.deposit()
    world.custodian.settle(reference(deposit.id, "payment"))
    world.offramp.settle(reference(deposit.id, "offramp"))
    await world.let_pass(60)
    for _ in range(6):
        await world.let_pass(HOUR_S)
        assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDING_REQUESTED
        assert await investor.available() == a.dollars("0")
    world.brokerage.settle(reference(deposit.id, "funding"))
    await world.let_pass(HOUR_S)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDED
    assert await investor.available() == a.dollars("247.50")
    await require_honest_books(world, investor)
