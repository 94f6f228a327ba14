"""Limits through the real process on Valkey: exact, deaf to claims, and without Valkey as declared."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from entrypoints.cli.api import Api, ApiError
from entrypoints.local.valkey import ValkeyServer
from tests.e2e.investor import newcomers
from tests.support.databases import Databases
from tests.support.servers import empty
from tests.support.stack import HTTP, Stack, stack_on

READS, LOGINS, CALLS = 50, 5, 500
VARIABLES = {
    "STACK__LIMITS__READS__CALLS": str(READS),
    "STACK__LIMITS__AUTH__CALLS": str(LOGINS),
    "STACK__LIMITS__READS__WINDOW_S": "3600",
    "STACK__LIMITS__AUTH__WINDOW_S": "3600",
}
WITHDRAWAL = {"amount": "1.00", "chain": "polygon", "destination": f"0x{'ab' * 20}"}


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A server of this test's own, to be killed."""
    with ValkeyServer(tmp_path / "valkey", durable=False) as server:
        yield server


@pytest.fixture
def limited(databases: Databases, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Stack]:
    """A stack with small limits."""
    with stack_on(databases, folder=tmp_path, redis_url=valkey.url, variables=VARIABLES) as running:
        yield running


async def status_of(api: Api, method: str, path: str, body: Mapping[str, str] | None = None) -> int:
    try:
        await api.call(method, path, body, key="0f1d3a52")
    except ApiError as refusal:
        return refusal.status
    return 200


async def logins(url: str, count: int) -> Counter[int]:
    """What becomes of so many wrong passwords, each from an address that it claims."""
    statuses: Counter[int] = Counter()
    async with aiohttp.ClientSession() as session:
        for number in range(count):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            body = {"email": f"nobody{number}@example.com", "password": "wrong password"}
            async with session.post(f"{url}/v1/auth/login", json=body, headers=headers) as answer:
                statuses[answer.status] += 1
    return statuses


async def test_limits_hold_and_without_valkey_only_reads_go_on(
    limited: Stack, valkey: ValkeyServer
) -> None:
    async with newcomers(limited) as (ann,):
        await ann.walk.register()
        await ann.walk.step_up()
        calls = (status_of(ann.api, "GET", "/v1/balances") for _ in range(CALLS))
        assert Counter(await asyncio.gather(*calls)) == {200: READS, 429: CALLS - READS}

        empty(limited.environment["REDIS_URL"])  # instead of waiting for the end of the window
        assert await logins(limited.url, LOGINS + 3) == {401: LOGINS, 429: 3}

        os.kill(valkey.pid, signal.SIGKILL)
        reads = [await status_of(ann.api, "GET", "/v1/balances") for _ in range(3)]
        assert reads == [200] * 3
        assert await status_of(ann.api, "POST", "/v1/withdrawals", WITHDRAWAL) == 503
        assert await logins(limited.url, 1) == {503: 1}
    assert any("limits.uncounted" in line for line in limited.lines(HTTP))
