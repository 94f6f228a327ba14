"""The API as its own process, over real servers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import orjson
import pytest

START_LIMIT_S = 120


@asynccontextmanager
async def process(environ: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "entrypoints.http",
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def listening(started: asyncio.subprocess.Process) -> int:
    assert started.stderr
    lines = []
    async with asyncio.timeout(START_LIMIT_S):
        async for line in started.stderr:
            lines.append(line.decode())
            said = orjson.loads(line)
            if said["event"] == "listening":
                return int(said["port"])
    raise AssertionError("".join(lines))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_stop(
    database_url: str, redis_url: str, number: signal.Signals
) -> None:
    environ = {
        "STACK_ENVIRONMENT": "development",
        "STACK_HTTP_PORT": "0",
        "STACK_SANDBOX_URL": "http://127.0.0.1:1",
        "STACK__TOKENS__SECRET": "a secret that only this test has, long enough",
        "STACK__VAULT__KEYS__TEST": "a key that only this test has, long enough",
        "STACK__CIRCLE__ENTITY_SECRET": "0f" * 32,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }
    async with process(environ) as started, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{await listening(started)}"
        async with session.get(f"{url}/health/readiness") as ready:
            checks = {check["name"]: check["ok"] for check in (await ready.json())["checks"]}
        assert (ready.status, checks["redis"]) == (200, True)
        credentials = {"email": "ada@example.org", "password": "correct horse battery"}
        async with session.post(f"{url}/v1/auth/register", json=credentials) as registered:
            assert registered.status == 202
        started.send_signal(number)
        output, logs = await asyncio.wait_for(started.communicate(), START_LIMIT_S)
    assert (started.returncode, output) == (0, b"")
    assert {orjson.loads(line)["level"] for line in logs.splitlines()} <= {"info", "warning"}


async def test_it_says_what_is_wrong_with_its_configuration() -> None:
    async with process({"STACK_ENVIRONMENT": "nowhere"}) as started:
        _, complaints = await asyncio.wait_for(started.communicate(), START_LIMIT_S)
    assert started.returncode == 2
    assert b"nowhere" in complaints
