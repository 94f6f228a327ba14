"""(d) Whole deposits: from a transfer on the sandbox's chain to buying power, everything on one machine."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

import asyncpg
import attrs

from entrypoints.cli.api import Api
from entrypoints.cli.walk import Walk
from tests.bench.system import System

INVESTORS = 20
SPEED = 20
SETTLE_LIMIT_S = 120.0

_DONE = "SELECT count(*) FROM processes WHERE kind = 'Deposit' AND stage = 'broker_funded'"
_OTHER = """
    SELECT stage, state ->> 'reason' AS reason, count(*)
      FROM processes
     WHERE kind = 'Deposit' AND stage <> 'broker_funded'
     GROUP BY 1, 2
"""
_WHOLE = """
    SELECT extract(epoch FROM updated_at - created_at) * 1000
      FROM processes
     WHERE kind = 'Deposit' AND stage = 'broker_funded'
"""
_STEPS = """
    SELECT extract(epoch FROM done_at - created_at) * 1000
      FROM jobs
     WHERE done_at IS NOT NULL AND kind NOT IN ('Inquire', 'WatchDeadline')
"""


@attrs.frozen(kw_only=True)
class Result:
    """Deposits per second from the first transfer to the last funding; latencies in milliseconds."""

    offered_per_s: float
    sustained_per_s: float
    deposits: int
    whole_ms: Sequence[float]
    step_ms: Sequence[float]
    unfinished: Sequence[str]


async def run(system: System, *, per_s: float, seconds: float) -> Result:
    """Offer ``per_s`` deposits a second for ``seconds``, then wait for the last one."""
    system.sandbox(speed=SPEED)
    system.api()
    system.worker()
    addresses = await asyncio.gather(*(_investor(system) for _ in range(INVESTORS)))
    connection = await asyncpg.connect(system.environment["DATABASE_URL"])
    try:
        started = time.monotonic()
        count = await _offer(system, addresses, per_s=per_s, seconds=seconds)
        offered_s = time.monotonic() - started
        await _settle(connection, count)
        took_s = time.monotonic() - started
        return Result(
            offered_per_s=count / offered_s,
            sustained_per_s=await connection.fetchval(_DONE) / took_s,
            deposits=count,
            whole_ms=await _latencies(connection, _WHOLE),
            step_ms=await _latencies(connection, _STEPS),
            unfinished=[str(dict(row)) for row in await connection.fetch(_OTHER)],
        )
    finally:
        await connection.close()


async def _investor(system: System) -> str:
    async with Api(system.http_url) as api, Api(system.sandbox_url) as sandbox:
        walk = Walk(api=api, sandbox=sandbox, mailbox=system.mailbox())
        await walk.register()
        await walk.onboard()
        await walk.open_wallets()
        address: str = walk.wallet["address"]
        return address


async def _offer(system: System, addresses: Sequence[str], *, per_s: float, seconds: float) -> int:
    """One chain transfer every ``1 / per_s`` seconds, whatever has become of the ones before."""
    chance = random.Random(11)
    started, count = time.monotonic(), 0
    async with Api(system.sandbox_url) as sandbox, asyncio.TaskGroup() as group:
        while (due_s := count / per_s) < seconds:
            await asyncio.sleep(max(started + due_s - time.monotonic(), 0))
            transfer = {
                "blockchain": "MATIC-AMOY",
                "destination": chance.choice(addresses),
                "amount": f"{chance.randint(50, 500)}.{chance.randint(0, 99):02d}",
            }
            group.create_task(sandbox.post("/sandbox/chain/transfers", transfer))
            count += 1
    return count


async def _settle(connection: asyncpg.Connection, count: int) -> None:
    stop_at = time.monotonic() + SETTLE_LIMIT_S
    while time.monotonic() < stop_at and await connection.fetchval(_DONE) < count:
        await asyncio.sleep(0.1)


async def _latencies(connection: asyncpg.Connection, query: str) -> Sequence[float]:
    return sorted(float(row[0]) for row in await connection.fetch(query))


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """0 when there is nothing to measure."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]
