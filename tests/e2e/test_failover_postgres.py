"""PostgreSQL's primary fails or is demoted under load: the system recovers by itself and loses nothing."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import asyncpg
import attrs
import pytest

from adapters.postgres import migrator
from entrypoints.local.postgres import PostgresServer
from tests.e2e.investor import Investor, newcomers
from tests.support import standby
from tests.support.moving_name import moving_name
from tests.support.stack import WORKER, Place, Stack
from tests.support.standby import StandbyServer
from tests.support.waiting import eventually

ERROR = re.compile(r'"level":\s*"(error|critical)"')
SENDERS = 4
AMOUNT = "10.00"


@attrs.define
class Log:
    """What each request was answered with."""

    accepted: list[str] = attrs.field(factory=list)
    refused: list[tuple[int, str, bool]] = attrs.field(factory=list)
    is_over: bool = False

    @property
    def statuses(self) -> set[int]:
        return {status for status, _, _ in self.refused}


async def _announce(stack: Stack, investor: Investor, log: Log) -> None:
    """Announce deposits, each with a key of its own until it is answered."""
    headers = dict(investor.api._headers)
    async with aiohttp.ClientSession(stack.url, headers=headers) as session:
        while not log.is_over:
            key = secrets.token_hex(16)
            while not await _tried(session, key, log) and not log.is_over:
                await asyncio.sleep(0.05)


async def _tried(session: aiohttp.ClientSession, key: str, log: Log) -> bool:
    body = {"chain": "polygon", "amount": AMOUNT}
    headers = {"Idempotency-Key": key}
    async with session.post("/v1/deposits", json=body, headers=headers) as response:
        answer = await response.json(content_type=None)
        if response.ok:
            log.accepted.append(answer["id"])
        else:
            retries = "Retry-After" in response.headers and answer["retryable"]
            log.refused.append((response.status, answer["code"], retries))
        return response.ok


@pytest.fixture
async def primary(tmp_path: Path) -> AsyncIterator[PostgresServer]:
    with PostgresServer(tmp_path / "primary") as server:
        yield server
        await standby.kill(server)


@pytest.mark.soak
@pytest.mark.situation(
    "PostgreSQL's primary is killed, made read-only or hangs under writes; its synchronous standby is "
    "promoted and the name moves",
    must="503 or 504 in between, then writes succeed by themselves; what was accepted is in the books",
)
@pytest.mark.parametrize("fail", [standby.kill, standby.make_read_only, standby.freeze])
async def test_a_standby_takes_over(
    tmp_path: Path,
    redis_url: str,
    primary: PostgresServer,
    was: Callable[[str], None],
    fail: Callable[[PostgresServer], Awaitable[None]],
) -> None:
    await migrator.migrate(primary.dsn)
    with (
        StandbyServer(tmp_path / "standby", primary=primary) as spare,
        moving_name(primary.dsn) as name,
    ):
        await standby.require_synchronous(primary)
        await eventually(lambda: standby.is_synchronous(primary), "a synchronous standby")
        place = Place(folder=tmp_path, dsn=name.url(primary.dsn), redis_url=redis_url)
        with Stack(place, variables={"STACK__LIMITS__MONEY__CALLS": "100000"}) as stack:
            async with newcomers(stack) as (ann,):
                await ann.opened()
                log = Log()
                senders = [asyncio.create_task(_announce(stack, ann, log)) for _ in range(SENDERS)]
                await eventually(lambda: len(log.accepted) >= 20, "deposits before the failure")
                await fail(primary)
                failed_at = time.monotonic()
                await eventually(lambda: log.refused, "a refusal")
                await spare.promote()
                name.move(spare.dsn)
                moved_at, before = time.monotonic(), len(log.accepted)
                refused = len(log.refused)
                await eventually(lambda: len(log.accepted) > before, "a deposit after the failure")
                back_s = time.monotonic() - moved_at
                tries = len(log.refused) - refused
                await eventually(lambda: len(log.accepted) >= before + 20, "more deposits")
                log.is_over = True
                await asyncio.gather(*senders)
                assert (await ann.api.get("/health/readiness"))["status"] == "ok"
                lines = list(stack.lines(WORKER))
        kept = await _deposits(spare.dsn)
    lost = set(log.accepted) - kept
    was(
        f"{fail.__name__}: {len(log.accepted)} accepted, {len(lost)} lost; back {back_s:.1f} s and "
        f"{tries} refusals after the move; refused with {sorted(log.statuses)}"
    )
    assert not lost
    assert log.statuses <= {503, 504}
    assert all(retries for status, _, retries in log.refused if status == 503)
    assert tries <= 100
    assert not [line for line in lines if ERROR.search(line)]
    assert failed_at < moved_at


@pytest.mark.soak
@pytest.mark.situation(
    "The synchronous standby is away, then the primary is lost and the standby started and promoted",
    must="nothing is accepted that only the primary has, however often it is asked for",
)
async def test_what_only_the_primary_has_is_not_accepted(
    tmp_path: Path, redis_url: str, primary: PostgresServer, was: Callable[[str], None]
) -> None:
    await migrator.migrate(primary.dsn)
    with StandbyServer(tmp_path / "standby", primary=primary) as spare:
        await standby.require_synchronous(primary)
        await eventually(lambda: standby.is_synchronous(primary), "a synchronous standby")
        place = Place(folder=tmp_path, dsn=primary.dsn, redis_url=redis_url)
        with Stack(place, variables={"STACK__LIMITS__MONEY__CALLS": "100000"}) as stack:
            async with newcomers(stack) as (ann,):
                await ann.opened()
                log = Log()
                senders = [asyncio.create_task(_announce(stack, ann, log)) for _ in range(SENDERS)]
                await eventually(lambda: len(log.accepted) >= 5, "deposits before the failure")
                await standby.kill(spare)
                before = len(log.accepted)
                enough = 2 * SENDERS
                await eventually(
                    lambda: max(len(log.refused), len(log.accepted) - before) >= enough, "answers"
                )
                meanwhile = len(log.accepted) - before
                await standby.kill(primary)
                log.is_over = True
                await asyncio.gather(*senders)
    with StandbyServer(tmp_path / "standby", primary=primary) as spare:
        await spare.promote()
        lost = set(log.accepted) - await _deposits(spare.dsn)
    was(f"{meanwhile} accepted without the standby, {len(lost)} lost; {sorted(log.statuses)}")
    assert not lost
    assert log.statuses <= {503, 504}


async def _deposits(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("SELECT id::text FROM processes WHERE kind = 'Deposit'")
        return {row["id"] for row in rows}
    finally:
        await connection.close()
