"""Work that waits too long, or that nothing works on: rows written by hand, and taken out again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.alarms.monitored_stack import MonitoredStack
from tests.support.stack import WORKER

FAKETIME = "libfaketimeMT.so.1"
AHEAD = "+10s"
PARKED = "by-hand:parked:1"

COPY = """
    INSERT INTO processes (id, kind, investor_id, stage, version, state, created_at, updated_at)
    SELECT gen_random_uuid(), kind, investor_id, $2, 1,
           state || jsonb_build_object('stage', $2::text, 'amount', $3::text),
           now() - $4::interval, now() - $4::interval
      FROM processes
     WHERE kind = $1
     ORDER BY id DESC
     LIMIT 1
 RETURNING id
"""


@asynccontextmanager
async def _copied(
    monitored: MonitoredStack, kind: str, stage: str, *, amount: str, age: str
) -> AsyncIterator[None]:
    """A copy of the newest process of the kind, in another stage, with another amount and age."""
    async with monitored.database() as connection:
        await connection.execute("SET session_replication_role = replica")
        made = await connection.fetchval(COPY, kind, stage, amount, age)
        assert made, f"there is no {kind} to copy"
        yield
        await connection.execute("DELETE FROM jobs WHERE process_id = $1", made)
        await connection.execute("DELETE FROM process_steps WHERE process_id = $1", made)
        await connection.execute("DELETE FROM processes WHERE id = $1", made)


@asynccontextmanager
async def stage_old(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with _copied(
        monitored, "Deposit", "offramp_requested", amount="10.000000 USDC/6", age="3 hours"
    ):
        yield


@asynccontextmanager
async def review_old(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with _copied(
        monitored, "Deposit", "manual_review", amount="60000.000000 USDC/6", age="2 days"
    ):
        yield


@asynccontextmanager
async def job_parked(monitored: MonitoredStack) -> AsyncIterator[None]:
    park = """
        INSERT INTO jobs (id, kind, payload, due_at, created_at, parked_at, last_error)
        VALUES ($1, 'Message', '{"source": "none", "id": "none"}', now(), now(), now(), 'by hand')
    """
    async with monitored.database() as connection:
        await connection.execute(park, PARKED)
        yield
        await connection.execute("DELETE FROM jobs WHERE id = $1", PARKED)


@asynccontextmanager
async def clock_ahead(monitored: MonitoredStack) -> AsyncIterator[None]:
    """The worker's machine is 10 s ahead, as far as libfaketime can play that."""
    assert shutil.which("faketime"), "needs Debian's package faketime"
    ahead = {"LD_PRELOAD": _library(), "FAKETIME": AHEAD, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    await _restarted(monitored, ahead)
    yield
    await _restarted(monitored, {"LD_PRELOAD": "", "FAKETIME": "+0s"})


async def _restarted(monitored: MonitoredStack, variables: dict[str, str]) -> None:
    await monitored.stack.stop(WORKER)
    monitored.stack.configure(WORKER, variables)
    monitored.stack.start(WORKER)
    await asyncio.to_thread(monitored.stack.wait_ready, WORKER)


def _library() -> str:
    return str(next(Path("/usr/lib").rglob(FAKETIME)))
