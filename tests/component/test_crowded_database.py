"""When every connection is taken, who asks for more is told when to ask again."""

from __future__ import annotations

import asyncio

import attrs

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from domain.services.trading.portfolio import PortfolioService
from domain.services.trading.prices import PriceService
from tests.component.conftest import Serve
from tests.component.investor import Investor
from tests.support.crowding import PATIENT, all_taken
from tests.support.world import World

ACQUIRE_S = 0.2


async def test_a_crowded_database_is_a_503_with_retry_after_and_soon_an_answer_again(
    serve: Serve, world: World, database_url: str
) -> None:
    settings = PostgresSettings(
        dsn=database_url,
        pool_size_max=2,
        acquire_timeout_s=ACQUIRE_S,
        acquire_waiting_max=4,
        **PATIENT,
    )
    async with open_pool(settings, application="crowded") as pool:
        books = PostgresLedger(pool, GroupCommit(pool, settings))
        prices = PriceService(world.exchange, world.clock)
        application = attrs.evolve(world.app, portfolio=PortfolioService(books, prices))
        ada = Investor(await serve(application, clock=world.clock), world)
        await ada.logged_in()
        await ada.get("/v1/portfolio")

        async with all_taken(pool, database_url, connections=2):
            calls = [ada.client.get("/v1/portfolio", headers=ada.headers) for _ in range(20)]
            answers = await asyncio.gather(*calls)
        assert {answer.status for answer in answers} == {503}
        assert {(await answer.json())["code"] for answer in answers} == {"ERR_7006"}
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers)

        await ada.get("/v1/portfolio")
