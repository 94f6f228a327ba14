"""Every open process has a job, an owner and an age limit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum

import attrs
import pytest

from adapters.memory.processes import InMemoryProcesses
from domain.accounts.onboarding import OnboardingStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import ProcessId
from domain.money import USD, USDC, Money
from domain.processes.age_limits import AgeLimits
from domain.processes.decision import Process
from domain.processes.facts.effects import EffectUnknown
from domain.processes.facts.review import Ruled
from domain.processes.funding import deposit_settlement, withdrawal_payout
from domain.processes.instructions import LookUp
from domain.processes.retry_policy import RetryPolicy
from domain.processes.rulings import IN_REVIEW
from domain.processes.trading import order_execution
from domain.review.ruling import Action, Evidence
from domain.trading.order import OrderStage
from tests.service.stories import funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

HOUR_S = 3600.0
FOR_EVER = RetryPolicy(lookups_max=1_000_000, attempts_max=1_000_000)


@pytest.fixture
def world() -> World:
    return World()


def open_jobs(world: World, process_id: ProcessId) -> list[object]:
    jobs = world.database.jobs.values()
    return [j.work for j in jobs if j.process_id == process_id and not j.done_at]


def drop_jobs(world: World, process_id: ProcessId) -> None:
    """As by a defect or by hand."""
    for job in world.database.jobs.values():
        if job.process_id == process_id:
            job.done_at = job.done_at or world.clock.now()


async def supervised(world: World, *, after_s: float = 61.0) -> int:
    world.advance(after_s)
    found = await world.app.supervision.run()
    return len(found.overdue) + len(found.unattended)


@pytest.mark.situation(
    "a transfer is ruled not to have happened, is seen again, and its webhook is lost",
    must="its look-up begins again, and the deposit arrives",
)
async def test_a_second_look_up_for_the_same_thing_begins_again(
    was: Callable[[str], None],
) -> None:
    world = World(retries=RetryPolicy(lookups_max=3))
    ada = await onboarded(world)
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"), final=False)
    await world.app.feeds.poll_inbound()
    await world.let_pass(300)
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.MANUAL_REVIEW
    await rule(world, deposit.id, Action.DID_NOT_HAPPEN)
    assert (await ada.deposit()).stage is DepositStage.EXPIRED
    await world.app.processes.apply(deposit.id, seen)
    assert (await ada.deposit()).stage is DepositStage.DETECTED
    assert [type(each) for each in open_jobs(world, deposit.id)] == [LookUp]
    world.custodian.finalise(seen.transaction_id)
    await world.let_pass(300)
    was((await ada.deposit()).stage.value)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED


async def rule(world: World, process_id: ProcessId, action: Action, **evidence: object) -> None:
    ruled = Ruled(action=action, reason="seen", evidence=Evidence(**evidence))  # type: ignore[arg-type]
    await world.app.processes.apply(process_id, ruled)


@pytest.mark.situation(
    "an order of unknown outcome is corrected by hand and stays open",
    must="its look-up is ordered",
)
async def test_a_ruling_that_leaves_an_order_open_orders_its_look_up(
    world: World, was: Callable[[str], None]
) -> None:
    ada = await funded(world)
    order = await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    drop_jobs(world, order.id)
    unknown = EffectUnknown(reference=order.reference, reason="HTTP 500")
    await world.app.processes.apply(order.id, unknown)
    half = {"filled": Money.of("0.1", order.filled.asset), "cost": a.dollars("20.00")}
    await rule(world, order.id, Action.CORRECT, **half)
    jobs = open_jobs(world, order.id)
    was(f"{(await ada.order()).stage.value} with {len(jobs)} job")
    assert (await ada.order()).stage is not OrderStage.MANUAL_REVIEW
    assert [type(each) for each in jobs] == [LookUp]


async def test_a_process_that_lost_its_look_up_gets_it_back(world: World) -> None:
    ada = await onboarded(world)
    world.slow_down()
    await ada.receive("250")
    await world.run_jobs()
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.OFFRAMP_REQUESTED
    drop_jobs(world, deposit.id)
    assert await supervised(world) == 1
    assert open_jobs(world, deposit.id)
    assert await supervised(world) == 0
    assert (await ada.deposit()).stage is DepositStage.OFFRAMP_REQUESTED


async def test_a_process_that_lost_the_job_of_an_effect_goes_to_review(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.CONFIRMED
    drop_jobs(world, deposit.id)
    assert await supervised(world) == 1
    stopped = await ada.deposit()
    assert (stopped.stage, stopped.reason) == (DepositStage.MANUAL_REVIEW, "no job worked on it")
    await rule(world, deposit.id, Action.DID_NOT_HAPPEN)
    await world.let_pass(120)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


async def test_a_wallet_that_lost_its_job_goes_to_review(world: World) -> None:
    ada = await onboarded(world)
    (live,) = await world.app.wallets.list(ada.id)
    requested = attrs.evolve(live, id=world.ids.new(), stage=type(live.stage).REQUESTED)
    await store(world, requested)
    assert await supervised(world) == 1
    found = await InMemoryProcesses(world.database).get(requested.id)
    assert found is not None
    assert found.record.stage.value == IN_REVIEW


async def store(world: World, record: Process) -> None:
    """A process without a job."""
    world.database.write(attrs.evolve(a.unit(a.opening(record)), at=world.clock.now()))


async def test_what_waits_for_nothing_of_ours_is_left_alone(world: World) -> None:
    """An expired deposit, an investor whose turn it is, a live wallet."""
    ada = await onboarded(world)
    expired = a.deposit(7, stage=DepositStage.EXPIRED, investor_id=ada.id)
    await store(world, expired)
    waiting = a.onboarding(8)
    await store(world, attrs.evolve(waiting, stage=OnboardingStage.ACTION_REQUIRED))
    assert await supervised(world, after_s=10_000 * HOUR_S) == 0


@pytest.mark.situation(
    "the off-ramp answers for days that a conversion is pending, every look-up succeeds",
    must="review after the age limit, and a late settlement still counts",
)
async def test_a_process_that_is_too_old_goes_to_review_whatever_was_answered(
    was: Callable[[str], None],
) -> None:
    world = World(retries=FOR_EVER)
    ada = await onboarded(world)
    world.offramp.slow_down()
    await ada.receive("250")
    await world.let_pass(HOUR_S, step_s=300)
    deposit = await ada.deposit()
    limit_h = AgeLimits().deposit[deposit.stage.value]
    await world.let_pass((limit_h - 1) * HOUR_S - 400, step_s=300)
    await world.app.supervision.run()
    assert (await ada.deposit()).stage is deposit.stage
    world.advance(800)
    await world.app.supervision.run()
    stopped = await ada.deposit()
    was(f"{stopped.stage.value}: {stopped.reason}")
    assert stopped.stage is DepositStage.MANUAL_REVIEW
    assert stopped.reason == f"no outcome for too long: offramp_requested for more than {limit_h} h"
    for ref in world.offramp.paid():
        world.offramp.settle(ref)
    await world.let_pass(900, step_s=300)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


@pytest.mark.parametrize(
    ("kind", "stages", "ended"),
    [
        ("Deposit", DepositStage, deposit_settlement.PROCESS.ended),
        ("Withdrawal", WithdrawalStage, withdrawal_payout.PROCESS.ended),
        ("Order", OrderStage, order_execution.PROCESS.ended),
    ],
)
def test_every_stage_that_waits_for_us_or_a_provider_has_a_limit(
    kind: str, stages: type[Enum], ended: Collection[Enum]
) -> None:
    """A stage without one is not looked at when nothing works on the process either."""
    waits_for_no_provider = {"draft", "requested", "expected", "expired", "manual_review"}
    waiting = {stage.value for stage in stages} - {stage.value for stage in ended}
    limited = {stage for of, stage in AgeLimits().seconds() if of == kind}
    assert limited == waiting - waits_for_no_provider


async def test_a_withdrawal_and_an_order_have_an_age_limit_too() -> None:
    world = World(retries=FOR_EVER)
    ada = await funded(world)
    world.slow_down()
    await ada.withdraw("50.00")
    await world.app.trading.place(ada.id, terms=a.buy("50.00"))
    await world.let_pass(600, step_s=300)
    limits = AgeLimits()
    held, order = await ada.withdrawal(), await ada.order()
    longest_h = max(limits.withdrawal[held.stage.value], limits.order[order.stage.value])
    world.advance(longest_h * HOUR_S + 1)
    await world.app.supervision.run()
    assert (await ada.withdrawal()).stage is WithdrawalStage.MANUAL_REVIEW
    assert (await ada.order()).stage is OrderStage.MANUAL_REVIEW
    state = await world.app.operations.snapshot()
    assert state.at_stake[USD] == a.dollars("100.00")
    assert USDC not in state.at_stake
