from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.ids import reference
from domain.processes.facts.funding import ConversionHeld
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX
from domain.processes.instructions import OpenConversion, SendUsdc
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def slow_world() -> World:
    """Providers take their time: nothing settles until the test says so."""
    return World(settles_at_once=False)


async def paid_for(world: World, text: str = "250") -> Investor:
    """A deposit whose payment the custodian has accepted and not yet made."""
    investor = await onboarded(world)
    await investor.receive(text)
    await world.run_jobs()
    assert (await investor.deposit()).stage is DepositStage.OFFRAMP_REQUESTED
    return investor


async def test_a_conversion_that_is_always_refused_goes_to_a_person(world: World) -> None:
    investor = await onboarded(world)
    await investor.receive("250")
    for _ in range(ATTEMPTS_MAX):
        opening = await world.run_jobs_before(OpenConversion)
        world.offramp.faults.refuse("compliance says no")
        await world.app.jobs.run(opening)
        world.advance(60)
    deposit = await investor.deposit()
    assert deposit.stage is DepositStage.MANUAL_REVIEW
    assert deposit.reason == "compliance says no"
    await require_honest_books(world, investor)


async def test_a_conversion_refused_once_is_agreed_under_a_new_reference(world: World) -> None:
    investor = await onboarded(world)
    world.offramp.faults.refuse("busy")
    await investor.receive("250")
    await world.let_pass(60)
    deposit = await investor.deposit()
    assert (deposit.stage, deposit.attempt) == (DepositStage.BROKER_FUNDED, 2)
    assert world.offramp.opened == 1
    await require_honest_books(world, investor)


async def test_a_failed_payment_is_tried_again_under_a_new_reference(slow_world: World) -> None:
    investor = await paid_for(slow_world)
    deposit = await investor.deposit()
    slow_world.custodian.fail(reference(deposit.id, "payment"), "no gas")
    await slow_world.let_pass(60)
    again = await investor.deposit()
    assert again.attempt == 2
    assert again.payment is not None
    assert again.payment.reference == reference(deposit.id, "payment", 2)
    slow_world.custodian.settle(again.payment.reference)
    slow_world.offramp.settle(reference(deposit.id, "offramp", 2))
    await slow_world.let_pass(60)
    slow_world.brokerage.settle(reference(deposit.id, "funding"))
    await slow_world.let_pass(60)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDED
    assert slow_world.custodian.sent == a.usdc("250")
    await require_honest_books(slow_world, investor)


async def test_payments_that_keep_failing_go_to_a_person(slow_world: World) -> None:
    investor = await paid_for(slow_world)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        deposit = await investor.deposit()
        slow_world.custodian.fail(reference(deposit.id, "payment", attempt), "no gas")
        await slow_world.let_pass(120)
    deposit = await investor.deposit()
    assert (deposit.stage, deposit.attempt) == (DepositStage.MANUAL_REVIEW, ATTEMPTS_MAX)
    assert slow_world.custodian.sent == a.usdc("0")


@pytest.mark.situation(
    "the custodian denies the payment of a deposit to the off-ramp",
    must="it is not tried again by itself, and people are asked",
)
@pytest.mark.parametrize("is_accepted", [False, True])
async def test_a_denied_payment_is_final(slow_world: World, *, is_accepted: bool) -> None:
    world, investor = slow_world, await onboarded(slow_world)
    await investor.receive("250")
    sending = await world.run_jobs_before(SendUsdc)
    assert isinstance(sending.work, SendUsdc)
    if is_accepted:
        world.custodian.block(sending.work.destination)
    else:
        world.custodian.faults.refuse("no", final=True)
    await world.app.jobs.run(sending)
    await world.let_pass(600)
    deposit = await investor.deposit()
    assert (deposit.stage, deposit.attempt) == (DepositStage.MANUAL_REVIEW, 1)
    assert world.custodian.sent == a.usdc("0")
    await require_honest_books(world, investor)


async def test_an_offer_that_lapsed_is_not_paid_but_agreed_anew(world: World) -> None:
    investor = await onboarded(world)
    await investor.receive("250")
    (opening,) = await world.app.jobs.claim(limit=1, lease_s=30)
    await world.app.jobs.run(opening)
    (paying, *_) = await world.app.jobs.claim(limit=1, lease_s=30)
    world.advance(3600)
    await world.app.jobs.run(paying)
    assert world.custodian.sent == a.usdc("0")
    assert (await investor.deposit()).attempt == 2
    await world.let_pass(60)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDED
    assert world.custodian.sent == a.usdc("250")
    await require_honest_books(world, investor)


async def test_a_conversion_that_is_held_goes_to_a_person_and_can_come_back(
    slow_world: World,
) -> None:
    investor = await paid_for(slow_world)
    deposit = await investor.deposit()
    conversion = reference(deposit.id, "offramp")
    slow_world.custodian.settle(reference(deposit.id, "payment"))
    slow_world.offramp.hold(conversion, "in review")
    await slow_world.app.processes.apply(
        deposit.id, ConversionHeld(reference=conversion, reason="in review")
    )
    assert (await investor.deposit()).stage is DepositStage.MANUAL_REVIEW
    slow_world.offramp.settle(conversion)
    await slow_world.let_pass(900)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDING_REQUESTED


async def test_a_rejected_journal_is_tried_again(slow_world: World) -> None:
    investor = await paid_for(slow_world)
    deposit = await investor.deposit()
    slow_world.custodian.settle(reference(deposit.id, "payment"))
    slow_world.offramp.settle(reference(deposit.id, "offramp"))
    await slow_world.let_pass(60)
    slow_world.brokerage.fail(reference(deposit.id, "funding"), "limit reached")
    await slow_world.let_pass(60)
    slow_world.brokerage.settle(reference(deposit.id, "funding", 2))
    await slow_world.let_pass(60)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(slow_world, investor)
