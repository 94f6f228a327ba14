"""What is tried again is looked up first; a look-up that is refused says nothing about the first try."""

from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.processes.instructions import SendUsdc
from ports.custody import PaymentFact
from ports.errors import ProviderRejected
from ports.jobs import Job
from tests.service.stories import funded, onboarded, require_honest_books
from tests.service.test_lost_answers import lose_the_answer
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


async def test_a_refused_look_up_pays_no_deposit_twice(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    await lose_the_answer(world, SendUsdc)
    assert ada.wallet.address is not None
    world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"))  # enough to pay twice
    retry = await next_try(world)
    world.custodian.faults.refuse("the look-up was malformed")
    await world.app.jobs.run(retry)
    await world.let_pass(300)
    assert world.custodian.sent == a.usdc("250")
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED


async def test_a_refused_second_try_pays_no_withdrawal_twice(world: World) -> None:
    """The custodian took the first try; to the second it says no, as if it were another payment."""
    ada = await funded(world)
    await ada.withdraw("100.00")
    await lose_the_answer(world, SendUsdc)
    sent = world.custodian.sent
    retry = await next_try(world)
    refuse_to_send(world)
    await world.app.jobs.run(retry)
    await world.let_pass(300)
    assert world.custodian.sent == sent
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    await require_honest_books(world, ada)


def refuse_to_send(world: World) -> None:
    """A rejection of the order itself; look-ups still answer."""

    async def send(*_: object, **__: object) -> PaymentFact:
        raise ProviderRejected("no", provider="circle")

    world.custodian.send = send  # type: ignore[method-assign]


async def next_try(world: World) -> Job:
    for _ in range(10):
        world.advance(1)
        for job in await world.app.jobs.claim(limit=20, lease_s=30):
            if isinstance(job.work, SendUsdc):
                return job
            await world.app.jobs.run(job)
    raise AssertionError("no second try")
