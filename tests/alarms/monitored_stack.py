"""The running system with Prometheus and Alertmanager beside it, on servers that a test may freeze."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.parse
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import asyncpg
import attrs

from adapters.postgres import migrator
from entrypoints.cli.api import ApiError
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.postgres import PostgresServer
from entrypoints.local.valkey import ValkeyServer
from entrypoints.serving import serving
from scripts.observability.pages import Pages
from scripts.observability.servers import Watched, Watchers, watching
from scripts.slo.duration import Pace
from scripts.slo.model import load
from tests.e2e.investor import Investor, newcomers
from tests.support.stack import HTTP, WORKER, Place, Stack

PACE = Pace(30)
"""5 min are 10 s. Limits are as they are: 30 s of delay are 30 s."""

CALLS = "1000000"
VARIABLES: Mapping[str, str] = {
    "STACK__LIMITS__AUTH__CALLS": CALLS,
    "STACK__LIMITS__READS__CALLS": CALLS,
    "STACK__LIMITS__MONEY__CALLS": CALLS,
    "STACK__TOKENS__LIFETIME_S": "86400",
    "STACK__WORKER__VITALS_S": "1",
    "STACK__WORKER__BALANCE_S": "1",
    "STACK__WORKER__RECONCILE_S": "1",
    "STACK__WORKER__BREAKS_S": "1",
    "STACK__RECONCILIATION__CYCLE_S": "2",
    "STACK__RECONCILIATION__GRACE_S": "1",
}
"""Nobody is refused for asking often; gauges follow soon."""

CROWD_PAUSE_S = 0.2


@attrs.frozen(kw_only=True)
class Servers:
    dsn: str
    redis_url: str
    valkey_pid: int


@attrs.frozen(kw_only=True)
class MonitoredStack:
    """``resident`` is somebody who has not done anything before ``settle``."""

    stack: Stack
    watchers: Watchers
    pages: Pages
    valkey_pid: int
    resident: Investor
    folder: Path

    async def settle(self) -> None:
        """Give the resident money and shares."""
        await self.resident.funded()
        await self.resident.walk.buy()

    @asynccontextmanager
    async def crowd(self, path: str, *, size: int) -> AsyncIterator[None]:
        """So many people who ask for the same again and again, whatever they are answered."""
        people = [asyncio.create_task(self._asking(path)) for _ in range(size)]
        try:
            yield
        finally:
            for each in people:
                each.cancel()
            await asyncio.wait(people)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of somebody with every right, who is at it by hand."""
        connection = await asyncpg.connect(self.stack.dsn)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def locked(self, table: str, *, mode: str) -> AsyncIterator[None]:
        async with self.database() as connection, connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield

    async def _asking(self, path: str) -> None:
        while True:
            with contextlib.suppress(ApiError, aiohttp.ClientError, TimeoutError):
                await self.resident.api.get(path)
            await asyncio.sleep(CROWD_PAUSE_S)


@asynccontextmanager
async def own_servers(folder: Path) -> AsyncIterator[Servers]:
    """A PostgreSQL and a Valkey that nobody else uses."""
    with (
        PostgresServer(folder / "postgres", durable=False) as postgres,
        ValkeyServer(folder / "valkey", durable=False) as valkey,
    ):
        await migrator.migrate(postgres.dsn)
        yield Servers(dsn=postgres.dsn, redis_url=valkey.url, valkey_pid=valkey.pid)


@asynccontextmanager
async def open_monitored_stack(folder: Path, servers: Servers) -> AsyncIterator[MonitoredStack]:
    """Everything new, and gone afterwards. Raises ``CannotStart`` without Prometheus."""
    async with AsyncExitStack() as running:
        pages = Pages()
        port = await running.enter_async_context(
            serving(pages.app(), host=LOOPBACK, port=0, drain_s=1.0)
        )
        place = Place(folder=folder, dsn=servers.dsn, redis_url=servers.redis_url)
        stack = running.enter_context(Stack(place, variables=VARIABLES))
        watched = Watched(
            http=_address(stack.metrics_urls[HTTP]),
            worker=_address(stack.metrics_urls[WORKER]),
            alerts_url=f"http://{LOOPBACK}:{port}/alerts",
        )
        watchers = running.enter_context(
            watching(folder / "watchers", watched, source=load(), pace=PACE)
        )
        pages.prometheus_url = watchers.prometheus_url
        (resident,) = await running.enter_async_context(newcomers(stack))
        yield MonitoredStack(
            stack=stack,
            watchers=watchers,
            pages=pages,
            valkey_pid=servers.valkey_pid,
            resident=resident,
            folder=folder,
        )


def _address(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
