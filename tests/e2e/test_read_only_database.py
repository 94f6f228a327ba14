"""A primary that takes no writes for a while, as during a switch-over."""

from __future__ import annotations

import re
import secrets
import urllib.parse
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
import pytest

from tests.support.stack import HTTP, WORKER, Stack
from tests.support.standby import execute
from tests.support.waiting import eventually

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'stack-%'
"""
ERROR = re.compile(r'"level":\s*"(error|critical)"')
WRITABLE = "SET default_transaction_read_only = off"


@attrs.frozen
class Answer:
    status: int
    code: str
    is_retryable: bool
    retry_after: str | None


async def _register(session: aiohttp.ClientSession) -> Answer:
    body = {"email": f"{secrets.token_hex(6)}@example.com", "password": secrets.token_urlsafe(16)}
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    async with session.post("/v1/auth/register", json=body, headers=headers) as response:
        told: Any = await response.json(content_type=None)
        retry_after = response.headers.get("Retry-After")
        return Answer(
            response.status, told.get("code", ""), told.get("retryable", False), retry_after
        )


async def _readiness(session: aiohttp.ClientSession) -> tuple[int, str, bool]:
    async with session.get("/health/readiness") as response:
        told = await response.json()
        (postgres,) = (check for check in told["checks"] if check["name"] == "postgres")
        return response.status, told["status"], postgres["ok"]


@asynccontextmanager
async def _read_only(dsn: str) -> AsyncIterator[None]:
    name = urllib.parse.urlsplit(dsn).path.strip("/")
    turn = f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
    await execute(dsn, turn, CUT)
    try:
        yield
    finally:
        undo = f'ALTER DATABASE "{name}" RESET default_transaction_read_only'
        await execute(dsn, WRITABLE, undo)


@pytest.mark.situation(
    "The database is read-only for a while",
    must="503 with Retry-After, readiness down, no error in the log; then everything continues by itself",
)
async def test_a_read_only_database_is_away_and_not_our_defect(
    stack: Stack, was: Callable[[str], None]
) -> None:
    logged = {name: len(list(stack.lines(name))) for name in (HTTP, WORKER)}
    async with aiohttp.ClientSession(stack.url) as session:
        assert (await _register(session)).status == 202
        async with _read_only(stack.dsn):
            refused = await _register(session)
            down = await eventually(
                lambda: _not_ready(session), "a readiness that tells of the database"
            )
        await eventually(lambda: _accepts(session), "a registration that is accepted")
        await eventually(lambda: _is_ready(session), "readiness")
    lines = [line for name in logged for line in list(stack.lines(name))[logged[name] :]]
    errors = [line for line in lines if ERROR.search(line)]
    was(f"{refused.status} {refused.code}, readiness {down[1]}, {len(errors)} errors in the log")
    assert (refused.status, refused.code, refused.is_retryable) == (503, "ERR_7001", True)
    assert refused.retry_after is not None
    assert down == (503, "down", False)
    assert not errors


async def _not_ready(session: aiohttp.ClientSession) -> tuple[int, str, bool] | None:
    found = await _readiness(session)
    return None if found[2] else found


async def _is_ready(session: aiohttp.ClientSession) -> bool:
    return await _readiness(session) == (200, "ok", True)


async def _accepts(session: aiohttp.ClientSession) -> bool:
    return (await _register(session)).status == 202
