"""Requests with a key that may still be carried out when a repetition of them is answered."""

from __future__ import annotations

import contextlib

import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.processes.instructions import Instruction, JournalFunds, SendUsdc
from ports.errors import ProviderOutcomeUnknown, ProviderRejected
from ports.jobs import Job
from tests.service.stories import funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

LONG_S = 1800
LAPSES_S = 310
"""By then the off-ramp's offer has lapsed."""


@pytest.fixture
def world() -> World:
    return World()


async def coming(world: World, work: type[Instruction]) -> Job:
    """The next job for such work, however long it takes until one is due."""
    for _ in range(60):
        with contextlib.suppress(AssertionError):
            return await world.run_jobs_before(work)
        world.advance(10)
    raise AssertionError(f"no {work.__name__}")


async def lost(*_: object, **__: object) -> None:
    raise ProviderOutcomeUnknown("no response", provider="memory")


async def refuse(*_: object, **__: object) -> None:
    raise ProviderRejected("not enough USDC", provider="memory")


async def arrives_late(world: World, job: Job) -> None:
    """The first request is carried out after its client has left."""
    payment = job.work
    assert isinstance(payment, SendUsdc)
    await world.custodian.send(
        payment.reference,
        wallet=payment.wallet,
        destination=payment.destination,
        amount=payment.amount,
        attempt=1,
    )


@pytest.mark.situation(
    "a payment's request is under way when the offer that it pays lapses",
    must="no other payment while the first may still be made, so one in all",
)
async def test_a_payment_that_may_still_be_made_has_not_lapsed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    job = await world.run_jobs_before(SendUsdc)
    with monkeypatch.context() as patched:
        patched.setattr(world.custodian, "send", lost)
        await world.app.jobs.run(job)
        await world.let_pass(LAPSES_S)
    await world.let_pass(120)
    deposit = await ada.deposit()
    assert (deposit.stage, deposit.attempt) == (DepositStage.OFFRAMP_REQUESTED, 1)
    await arrives_late(world, job)
    await world.let_pass(120)
    assert world.custodian.sent == a.usdc("250")
    assert (await ada.deposit()).attempt == 1


async def test_a_payment_that_was_not_made_lapses_after_the_quiet_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    with monkeypatch.context() as patched:
        patched.setattr(world.custodian, "send", lost)
        await world.let_pass(LAPSES_S)
    await world.let_pass(LONG_S)
    deposit = await ada.deposit()
    assert (deposit.stage, deposit.attempt) == (DepositStage.BROKER_FUNDED, 2)
    assert world.custodian.sent == a.usdc("250")
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "a payout's request is under way when its repetition is refused",
    must="no payout under another key, so one in all",
)
async def test_a_refused_repetition_does_not_end_a_payout_under_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await funded(world)
    sent_before = world.custodian.sent
    await ada.withdraw("100.00")
    job = await coming(world, SendUsdc)
    world.custodian.faults.lose_request()
    await world.app.jobs.run(job)
    with monkeypatch.context() as patched:
        patched.setattr(world.custodian, "send", refuse)
        await world.let_pass(30)
    assert (await ada.withdrawal()).payout_attempt == 1
    await arrives_late(world, job)
    await world.let_pass(LONG_S)
    withdrawal = await ada.withdrawal()
    assert (withdrawal.stage, withdrawal.payout_attempt) == (WithdrawalStage.COMPLETED, 1)
    assert world.custodian.sent - sent_before == withdrawal.bought
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "a journal's request is under way when its repetition is refused",
    must="no journal under another key within the quiet time, then one",
)
async def test_a_refused_repetition_does_not_end_a_journal_under_way(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    job = await coming(world, JournalFunds)
    world.brokerage.faults.lose_request()
    await world.app.jobs.run(job)
    for _ in range(3):
        world.advance(10)
        world.brokerage.faults.refuse("limit reached")
        await world.run_jobs()
    assert (await ada.deposit()).funding_attempt == 1
    await world.let_pass(LONG_S)
    deposit = await ada.deposit()
    assert (deposit.stage, deposit.funding_attempt) == (DepositStage.BROKER_FUNDED, 1)
    await require_honest_books(world, ada)


async def test_a_refusal_is_believed_after_the_quiet_time(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    job = await coming(world, JournalFunds)
    world.brokerage.faults.lose_request()
    await world.app.jobs.run(job)
    world.advance(world.brokerage.quiet.total_seconds() + 1)
    world.brokerage.faults.refuse("limit reached")
    await world.run_jobs()
    assert (await ada.deposit()).funding_attempt == 2
