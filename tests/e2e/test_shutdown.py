"""Leaving in the middle of the work: whoever looks whether we are ready loses nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Sequence

import attrs
import pytest

from entrypoints.cli.api import Api, ApiError, until
from entrypoints.signals import EXIT_CODE_OF_SIGNAL
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import HTTP, SOON, WORKER, Stack, stack_on
from tests.support.waiting import eventually

DELAY_S = 8.0
"""In which a balancer that is as slow as this machine may be must have looked."""
FOREVER_S = "3600"
LEAVING = {"STACK__HTTP__DRAIN_DELAY_S": str(DELAY_S), **SOON}
CALLERS = 8
LOOK_EVERY_S = 0.05
BUY = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1.00"}
ORDERS = "SELECT id::text, stage FROM processes WHERE kind = 'Order' AND investor_id = $1"
TRIES = """
    SELECT max(attempts)
      FROM jobs JOIN processes ON processes.id = jobs.process_id
     WHERE jobs.kind = 'PlaceOrder' AND investor_id = $1
"""


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=LEAVING) as running:
        yield running


@attrs.define
class Balancer:
    """Sends orders as fast as it can to an API that says it is ready, and to no other."""

    somebody: Investor
    is_ready: bool = True
    answered: list[str] = attrs.field(factory=list)
    last_said: str = ""

    async def count(self) -> int:
        return len(self.answered)

    async def run(self) -> None:
        """Until the API is not ready any more. Raises what any of the callers was told instead of yes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            for _ in range(CALLERS):
                group.create_task(self._call())

    async def _look(self) -> None:
        while self.is_ready:
            try:
                await self.somebody.api.get("/health/readiness")
            except ApiError as told:
                self.is_ready, self.last_said = False, told.problem["status"]
            await asyncio.sleep(LOOK_EVERY_S)

    async def _call(self) -> None:
        while self.is_ready:
            accepted = await self.somebody.api.post("/v1/orders", BUY)
            self.answered.append(str(accepted["id"]))


async def test_the_api_leaves_under_load_and_nothing_that_it_accepted_fails(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    balancer = Balancer(ann)
    calling = asyncio.create_task(balancer.run())
    await until(balancer.count, lambda count: count >= CALLERS, what="the first orders")
    assert await stack.stop(HTTP) == 0
    await calling
    assert balancer.last_said == "leaving"

    kept = await books.pool.fetch(ORDERS, ann.id)
    assert {row["id"] for row in kept} == set(balancer.answered)
    stack.start(HTTP)
    stack.wait_ready(HTTP)


async def test_the_worker_leaves_under_load_and_cuts_no_job_short(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    orders = [asyncio.create_task(ann.api.post("/v1/orders", BUY)) for _ in range(40)]
    await asyncio.wait(orders, return_when=asyncio.FIRST_COMPLETED)
    assert await stack.stop(WORKER) == 0
    await asyncio.gather(*orders)
    stack.start(WORKER)

    async def stages() -> Sequence[str]:
        return [row["stage"] for row in await books.pool.fetch(ORDERS, ann.id)]

    await until(stages, lambda found: found == ["accepted"] * 40, what="every order's acceptance")
    assert await books.pool.fetchval(TRIES, ann.id) == 1


async def test_a_second_signal_ends_it_at_once(stack: Stack, books: Books) -> None:
    stack.kill(HTTP)
    stack.configure(HTTP, {"STACK__HTTP__DRAIN_DELAY_S": FOREVER_S})
    stack.start(HTTP)
    stack.wait_ready(HTTP)
    stack.tell_to_stop(HTTP)
    async with stack.api() as api:
        await eventually(lambda: is_leaving(api), "the first signal's effect")
    assert await stack.stop(HTTP) == EXIT_CODE_OF_SIGNAL + signal.SIGTERM
    stack.configure(HTTP, {"STACK__HTTP__DRAIN_DELAY_S": "0"})
    stack.start(HTTP)
    stack.wait_ready(HTTP)


async def is_leaving(api: Api) -> bool:
    try:
        await api.get("/health/readiness")
    except ApiError as told:
        return bool(told.problem["status"] == "leaving")
    return False
