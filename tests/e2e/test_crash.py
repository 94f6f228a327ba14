"""Power cuts: whenever a process is killed, the books end up as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import aiohttp
import pytest

from entrypoints.cli.api import Api, until
from tests.e2e.books import Books
from tests.e2e.circle import intercepted
from tests.e2e.commit_locks import CommitLocks, commit_locks
from tests.e2e.effects import asked_for
from tests.e2e.firm_funds import ENDOWMENT, endow
from tests.e2e.investor import Investor, newcomers
from tests.support.databases import Databases
from tests.support.stack import HTTP, SOON, SPEED, WORKER, Stack, stack_on

KILLED = {"STACK__WORKER__LEASE_S": "3", **SOON}
"""What a killed worker had claimed is free again so soon."""
SLOWER = 20.0
"""So that an off-ramp's offer outlives a few crashes."""
POWER_CUTS = (
    "Deposit InboundSeen",
    "Deposit ConversionOpened",
    "Deposit PaymentAccepted",
    "Deposit ConversionSettled",
    "Deposit JournalAccepted",
    "Deposit JournalExecuted",
    "Order OrderReported",
    "Withdrawal JournalAccepted",
    "Withdrawal ConversionOpened",
    "Withdrawal WireAccepted",
    "Withdrawal ConversionSettled",
    "Withdrawal PaymentAccepted",
    "Withdrawal PaymentCompleted",
)


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack for these tests only, whose firm has enough money to pay everything twice."""
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=KILLED) as running:
        asyncio.run(endow(running))
        yield running


@pytest.fixture
def beyond() -> Mapping[str, str]:
    return ENDOWMENT


async def test_killing_the_worker_in_every_commit_changes_nothing_in_the_end(
    stack: Stack, books: Books
) -> None:
    async with newcomers(stack, count=2) as (calm, struck):
        await calm.opened()
        await struck.opened()
        await _in_and_out(calm)

        await _set_speed(struck.sandbox, SLOWER)
        async with commit_locks(stack, *POWER_CUTS) as locks:
            walk = asyncio.create_task(_in_and_out(struck))
            cuts = await _cut_power_until_done(walk, locks, stack)
        await _set_speed(struck.sandbox, SPEED)

        assert sorted(cuts) == sorted(POWER_CUTS)
        assert await books.story(struck.id) == await books.story(calm.id)
        assert await books.balances(struck.id) == await books.balances(calm.id)
        expected = await asked_for(stack, calm.walk.processes)
        assert await asked_for(stack, struck.walk.processes) == expected
        assert len(expected) == len(set(expected))


async def _in_and_out(somebody: Investor) -> None:
    await somebody.walk.deposit()
    await somebody.walk.buy()
    await somebody.walk.withdraw()


async def _set_speed(sandbox: Api, speed: float) -> None:
    await sandbox.post("/sandbox/clock", {"speed": speed})


async def _cut_power_until_done(
    walk: asyncio.Task[None], locks: CommitLocks, stack: Stack
) -> list[str]:
    """Kill the worker in each commit that waits, and start it again; which commits those were."""
    cuts: list[str] = []
    while not walk.done():
        if held := await locks.held():
            await locks.kill(WORKER)
            cuts += held
            stack.start(WORKER)
        await asyncio.wait([walk], timeout=0.02)
    await walk
    return cuts


async def test_a_notification_that_was_answered_survives_the_api_and_the_worker(
    stack: Stack, books: Books
) -> None:
    async with newcomers(stack) as (ann,), intercepted(stack) as mail:
        await ann.opened()
        letters = await mail.about(await ann.send("250.00"))
        stack.kill(WORKER)
        assert [await mail.deliver(letter) for letter in letters] == [200, 200]
        stack.kill(HTTP)

        stack.start(HTTP)
        stack.start(WORKER)
        stack.wait_ready(HTTP)
        await ann.deposits("broker_funded")
        assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}


async def test_a_notification_whose_commit_was_cut_off_was_not_answered_and_comes_again(
    stack: Stack, books: Books
) -> None:
    async with newcomers(stack) as (ann,), intercepted(stack) as mail:
        await ann.opened()
        _, complete = await mail.about(await ann.send("250.00"))
        async with commit_locks(stack, "messages") as locks:
            delivery = asyncio.create_task(mail.deliver(complete))
            await until(locks.held, bool, what="the commit of the notification")
            await locks.kill(HTTP)
            with pytest.raises(aiohttp.ClientError):
                await delivery
        notification_id = complete.content["notificationId"]
        assert await books.count("messages WHERE id = $1", notification_id) == 0

        stack.start(HTTP)
        stack.wait_ready(HTTP)
        assert await mail.deliver(complete) == 200
        await ann.deposits("broker_funded")
        assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}
