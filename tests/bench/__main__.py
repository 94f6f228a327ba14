"""
``make bench``: every figure beside its limit, in one run on one PostgreSQL with durable commits.

The ratios can be compared between machines; the absolute figures cannot. ``BENCH_SECONDS`` is the length
of each measurement, ``BENCH_PARTS`` names the parts to run if not all of them, ``BENCH_DEPOSITS_PER_S`` and
``BENCH_DEPOSIT_SECONDS`` are the load of the deposits.
"""

from __future__ import annotations

import os
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import attrs
import uvloop

from adapters.postgres.migrator import migrate
from entrypoints.local.postgres import PostgresServer
from entrypoints.local.valkey import ValkeyServer
from tests.bench import chain, deposits, orders, pgbench, postings, telemetry
from tests.bench.report import Report
from tests.bench.system import System, system

SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
DEPOSITS_PER_S = float(os.environ.get("BENCH_DEPOSITS_PER_S", "60"))
DEPOSIT_SECONDS = float(os.environ.get("BENCH_DEPOSIT_SECONDS", "20"))
PARTS = os.environ.get("BENCH_PARTS", "").split()
CALLERS = (1, 4, 16, 64)


@attrs.frozen(kw_only=True)
class Bench:
    """The servers of one run. Every part measures on a database of its own."""

    admin_dsn: str
    redis_url: str
    folder: Path

    async def database(self, name: str) -> str:
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        dsn = urllib.parse.urlsplit(self.admin_dsn)._replace(path=f"/{name}").geturl()
        await migrate(dsn)
        return dsn

    @contextmanager
    def system(self, dsn: str, name: str) -> Iterator[System]:
        folder = self.folder / name
        with system(
            dsn=dsn, redis_url=self.redis_url, folder=folder, parent=dict(os.environ)
        ) as running:
            yield running


async def run(bench: Bench, report: Report) -> None:
    parts = {
        "postings": _postings,
        "orders": _orders,
        "deposits": _deposits,
        "chain": _chain,
        "telemetry": _telemetry,
    }
    for name in PARTS or parts:
        await parts[name](bench, report)


async def _postings(bench: Bench, report: Report) -> None:
    dsn = await bench.database("bench_postings")
    await postings.seed(dsn)
    limits = {}
    for script, where in ((pgbench.SPREAD, "spread"), (pgbench.HOT, "hot")):
        for clients in (1, 4, 16):
            per_s = await pgbench.run(dsn, script, clients=clients, seconds=SECONDS)
            limits[where, clients] = per_s
            report.row("a", f"pgbench, {where}, {clients} clients", per_s)
    for hot, where in ((False, "spread"), (True, "hot")):
        for callers in CALLERS:
            per_s = await postings.run(dsn, callers=callers, hot=hot, seconds=SECONDS)
            title = f"adapter, {where}, {callers} callers"
            same = limits[where, min(callers, 16)]
            report.row("b", title, per_s, against=f"pgbench at {min(callers, 16)}", limit=same)
            if callers == 16 and hot:
                one = limits["hot", 1]
                report.row("b", title, per_s, against="pgbench at 1", limit=one, aim=4.0)


async def _orders(bench: Bench, report: Report) -> None:
    dsn = await bench.database("bench_orders")
    with bench.system(dsn, "orders") as running:
        ours, bare = await orders.run(running, seconds=SECONDS)
    report.row("c", "bare aiohttp + asyncpg, one insert", bare)
    report.row("c", "POST /v1/orders", ours, against="bare", limit=bare, aim=0.5)


async def _deposits(bench: Bench, report: Report) -> None:
    dsn = await bench.database("bench_deposits")
    with bench.system(dsn, "deposits") as running:
        result = await deposits.run(running, per_s=DEPOSITS_PER_S, seconds=DEPOSIT_SECONDS)
    report.row("d", f"deposits offered ({result.deposits})", result.offered_per_s)
    report.row("d", "deposits settled", result.sustained_per_s, against="aim", limit=50.0, aim=1.0)
    for name, values in (("whole deposit", result.whole_ms), ("one step", result.step_ms)):
        report.latencies("d", f"{name}, ms", values)
    report.notes(result.unfinished)


async def _chain(bench: Bench, report: Report) -> None:
    dsn = await bench.database("bench_chain")
    with bench.system(dsn, "chain") as running:
        ours, plain = await chain.run(running, seconds=SECONDS)
    report.row("e", "GET /v1/baskets, the handler alone", plain)
    report.row("e", "behind all middlewares", ours, against="the handler alone", limit=plain)
    cost_us = 1e6 / ours - 1e6 / plain
    report.notes([f"(e) the middlewares cost {cost_us:,.0f} us a request"])


async def _telemetry(bench: Bench, report: Report) -> None:
    dsn = await bench.database("bench_telemetry")
    with bench.system(dsn, "telemetry") as running:
        rates = await telemetry.run(running, seconds=SECONDS)
    off = rates["off"]
    report.row("f", "POST /v1/orders, tracing off", off)
    report.row("f", "tracing at 5 %", rates["5 %"], against="tracing off", limit=off, aim=0.8)
    report.row("f", "tracing at 100 %", rates["100 %"], against="tracing off", limit=off)


def main(start: Callable[[], Report] = Report) -> None:
    report = start()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with (
            PostgresServer(folder / "postgres") as postgres,
            ValkeyServer(folder / "valkey") as valkey,
        ):
            bench = Bench(admin_dsn=postgres.dsn, redis_url=valkey.url, folder=folder)
            try:
                uvloop.run(run(bench, report))
            finally:
                report.show()


if __name__ == "__main__":
    main()
