"""Every job ends after bounded tries, whatever it raises; a person takes over its process or the job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from adapters.memory.jobs import InMemoryJobs
from domain.accounts.roles import Caller, Role
from domain.errors import DomainError
from domain.funding.deposit import DepositStage
from domain.ids import JobId, LookupKey, Reference, reference
from domain.ledger.entry import InvalidPosting
from domain.processes.facts.funding import TransferSeen
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.instructions import LookUp
from domain.processes.retry_policy import RetryPolicy
from domain.services.integration.job_endings import DEFECTS_MAX, JobParked
from domain.services.integration.jobs import READINGS_MAX, UNREADABLE_RETRY_S
from ports.errors import ProviderRejected, ProviderUnavailable
from ports.inbound import InboundFact
from ports.jobs import Unreadable
from ports.processes import JobNotParked, LeaseLost
from tests.service.stories import Investor, onboarded
from tests.support import builders as a
from tests.support.world import LEASE_S, World

ROUNDS_MAX = 400


@pytest.fixture
def world() -> World:
    return World()


async def run_until_quiet(world: World, *, step_s: float = 130.0) -> list[BaseException]:
    """Let time pass until no job is left; what was raised."""
    raised: list[BaseException] = []
    for _ in range(ROUNDS_MAX):
        while jobs := await world.app.jobs.claim(limit=16, lease_s=LEASE_S):
            for job in jobs:
                try:
                    await world.app.jobs.run(job)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                    raised.append(error)
        if not [j for j in world.database.jobs.values() if not j.done_at and not j.parked_at]:
            return raised
        world.advance(step_s)
    raise AssertionError("there are still jobs that somebody tries")


async def tell(world: World, fact: TransferSeen) -> None:
    """As one webhook of the custodian."""
    notice = InboundFact(LookupKey(TRANSACTION, fact.transaction_id), fact)
    body, headers = world.webhooks["circle"].write(notice)
    await world.app.webhooks.receive("circle", body=body, headers=headers)


def arrival(ada: Investor, **changes: Any) -> TransferSeen:
    seen = TransferSeen(
        transaction_id="t-1",
        wallet_id=ada.wallet.provider_id or "",
        tx_hash="0x1",
        amount=a.usdc("250"),
        final=True,
    )
    return attrs.evolve(seen, **changes)


@pytest.mark.situation(
    "a stranger sends what cannot be stored or booked, and then an investor deposits",
    must="few tries, parked where staff see it, the deposit behind it arrives",
)
async def test_a_strangers_poison_ends_parked_and_holds_nothing_up(
    world: World, was: Callable[[str], None]
) -> None:
    ada = await onboarded(world)
    await tell(world, arrival(ada, tx_hash="0x\x00"))
    await ada.receive("250")
    await world.app.feeds.poll_inbound()
    raised = await run_until_quiet(world)
    parked = await world.app.parked_jobs.list()
    was(f"{len(raised)} errors, {len(parked)} parked; deposit {(await ada.deposit()).stage.value}")
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert len(parked) <= 1
    assert len(raised) <= DEFECTS_MAX * max(len(parked), 1)


class Broken:
    """An operation of a provider that raises always the same."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.calls = 0

    async def __call__(self, *_: object, **__: object) -> None:
        self.calls += 1
        raise self._error


REFUSED = ProviderRejected("HTTP 403", provider="due", operation="find")
AWAY = ProviderUnavailable("HTTP 503", provider="due", operation="find")


@pytest.mark.situation(
    "a look-up fails at every try: refused, unavailable, or by a defect",
    must="its process goes to review after a bounded number of tries",
)
@pytest.mark.parametrize(
    "error",
    [REFUSED, AWAY, RuntimeError("unreadable"), InvalidPosting()],
    ids=lambda e: type(e).__name__,
)
async def test_a_look_up_that_always_fails_sends_its_process_to_review(
    error: Exception, monkeypatch: pytest.MonkeyPatch, was: Callable[[str], None]
) -> None:
    world = World(retries=RetryPolicy(lookups_max=20))
    ada = await onboarded(world)
    world.slow_down()
    broken = Broken(error)
    monkeypatch.setattr(world.offramp, "find_conversion", broken)
    monkeypatch.setattr(world.custodian, "find_payment", broken)
    await ada.receive("250")
    await run_until_quiet(world, step_s=300.0)
    deposit = await ada.deposit()
    was(f"{broken.calls} calls, {deposit.stage.value}: {deposit.reason}")
    assert deposit.stage is DepositStage.MANUAL_REVIEW
    assert broken.calls <= 2 * 20


async def test_a_look_up_of_an_order_that_keeps_failing_ends_and_one_that_is_open_goes_on() -> None:
    world = World(retries=RetryPolicy(lookups_max=5))
    ada = await onboarded(world)
    await ada.receive("250")
    await world.let_pass(60)
    await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    await world.let_pass(6000, step_s=300)
    assert (await ada.order()).stage.value == "submitted"
    (job,) = [
        j for j in world.database.jobs.values() if isinstance(j.work, LookUp) and not j.done_at
    ]
    assert job.attempts > 5
    world.exchange.find_order = Broken(REFUSED)  # type: ignore[method-assign]
    await world.let_pass(6000, step_s=300)
    assert (await ada.order()).stage.value == "manual_review"


@pytest.mark.parametrize(
    "error", [RuntimeError("defect"), InvalidPosting()], ids=["defect", "books"]
)
async def test_an_effect_that_raises_is_unknown_after_a_few_tries(
    world: World, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await onboarded(world)
    broken = Broken(error)
    monkeypatch.setattr(world.offramp, "open_conversion", broken)
    await ada.receive("250")
    raised = await run_until_quiet(world)
    deposit = await ada.deposit()
    assert (deposit.stage, broken.calls) == (DepositStage.MANUAL_REVIEW, DEFECTS_MAX)
    assert len(raised) == DEFECTS_MAX - 1
    assert list(await world.app.parked_jobs.list()) == []


async def test_a_job_whose_worker_dies_at_every_try_ends(world: World) -> None:
    world = World(retries=RetryPolicy(attempts_max=10))
    ada = await onboarded(world)
    await ada.receive("250")
    for _ in range(10):
        assert await world.app.jobs.claim(limit=1, lease_s=LEASE_S)
        world.advance(LEASE_S)
    await world.run_jobs()
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.MANUAL_REVIEW
    assert deposit.reason == "every try was interrupted"


async def test_what_this_release_cannot_read_waits_for_the_next_and_is_parked(world: World) -> None:
    await tell(world, arrival(await onboarded(world)))
    (job,) = [j for j in world.database.jobs.values() if not j.done_at]
    message, job.work = job.work, Unreadable(kind="Later", detail="KeyError")
    for _ in range(READINGS_MAX - 1):
        assert await world.run_jobs() == 1
        world.advance(UNREADABLE_RETRY_S)
    with pytest.raises(JobParked):
        await world.run_jobs()
    (parked,) = await world.app.parked_jobs.list()
    assert parked.kind == "Later"
    job.work = message
    await world.app.parked_jobs.resume_from_terminal(parked.id, reason="a newer release")
    await world.run_jobs()
    assert list(await world.app.parked_jobs.list()) == []


async def test_a_worker_that_was_overtaken_changes_nothing(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    (late,) = await world.app.jobs.claim(limit=1, lease_s=LEASE_S)
    world.advance(LEASE_S)
    (current,) = await world.app.jobs.claim(limit=1, lease_s=LEASE_S)
    with pytest.raises(LeaseLost):
        await world.app.jobs.run(late)
    assert (await ada.deposit()).stage is DepositStage.CONFIRMED
    await world.app.jobs.run(current)
    assert (await ada.deposit()).stage is DepositStage.OFFRAMP_REQUESTED


async def test_staff_resume_a_parked_job_on_record(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    (job,) = await world.app.jobs.claim(limit=1, lease_s=LEASE_S)
    await InMemoryJobs(world.database).park(job.claim, reason="broken")
    admin = Caller(investor_id=ada.id, role=Role.ADMIN)
    await world.app.parked_jobs.resume(job.id, by=admin, reason="mended")
    record = list(world.database.audit_records.values())[-1]
    deposit = await ada.deposit()
    assert (record.subject, record.about) == (ada.id, deposit.id)
    assert record.detail["job"] == reference(deposit.id, "offramp")
    for unknown in (job.id, JobId(Reference("message:circle:x"))):
        with pytest.raises(JobNotParked):
            await world.app.parked_jobs.resume(unknown, by=admin, reason="again")
    assert issubclass(JobNotParked, DomainError)
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
