"""When every connection is taken, who asks for more is told when to ask again."""

from __future__ import annotations

import asyncio
import time

import attrs

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from domain.services.trading.portfolio import PortfolioService
from tests.component.conftest import Serve
from tests.component.investor import Investor
from tests.support.world import World

PATIENCE_S = 0.2
TAKEN_S = 1.5


async def test_a_crowded_database_is_a_503_with_retry_after_and_soon_an_answer_again(
    serve: Serve, world: World, database_url: str
) -> None:
    settings = PostgresSettings(
        dsn=database_url, pool_size_max=2, acquire_timeout_s=PATIENCE_S, acquire_waiting_max=4
    )
    async with open_pool(settings, application="crowded") as pool:
        books = PostgresLedger(pool, GroupCommit(pool, settings))
        application = attrs.evolve(world.app, portfolio=PortfolioService(books, world.exchange))
        ada = Investor(await serve(application, clock=world.clock), world)
        await ada.logged_in()
        await ada.get("/v1/portfolio")

        sleeping = [pool.fetchval("SELECT pg_sleep($1)", TAKEN_S) for _ in range(2)]
        asleep = asyncio.gather(*sleeping)
        while pool.usage.busy < 2:
            await asyncio.sleep(0.005)
        began_s = time.monotonic()
        calls = [ada.client.get("/v1/portfolio", headers=ada.headers) for _ in range(20)]
        answers = await asyncio.gather(*calls)
        assert time.monotonic() - began_s < TAKEN_S
        assert {answer.status for answer in answers} == {503}
        assert {(await answer.json())["code"] for answer in answers} == {"ERR_7006"}
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers)

        await asleep
        await ada.get("/v1/portfolio")
