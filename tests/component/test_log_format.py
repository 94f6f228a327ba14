"""Logs of a running process: text on a developer's terminal, JSON for programs."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Iterator, Mapping

import orjson
import pytest

STARTING_TAKES_S = 60
COLOUR = "\x1b["


@pytest.fixture
def environ(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "STACK_ENVIRONMENT": "development",
        "STACK_HTTP_PORT": "0",
        "STACK_SANDBOX_URL": "http://127.0.0.1:1",
        "STACK__TOKENS__SECRET": "a secret that only this test has, long enough",
        "STACK__VAULT__KEYS__TEST": "a key that only this test has, long enough",
        "STACK__CIRCLE__ENTITY_SECRET": "0f" * 32,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a terminal: ours, and the one of the process."""
    ours, its = pty.openpty()
    yield ours, its
    os.close(ours)
    os.close(its)


async def lines_on(terminal: tuple[int, int], environ: Mapping[str, str]) -> list[str]:
    """What the API writes to a terminal until it listens."""
    ours, its = terminal
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "entrypoints.http",
        env={**os.environ, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    shown = b""
    try:
        async with asyncio.timeout(STARTING_TAKES_S):
            while b"listening" not in shown or not shown.endswith(b"\n"):
                shown += await asyncio.to_thread(os.read, ours, 4096)
    finally:
        process.terminate()
        await process.wait()
    return shown.decode().splitlines()


async def test_a_terminal_in_development_shows_text(
    environ: dict[str, str], terminal: tuple[int, int]
) -> None:
    lines = await lines_on(terminal, environ)
    assert all(COLOUR in line for line in lines)
    assert "listening" in lines[-1]


async def test_a_terminal_shows_json_if_the_settings_say_so(
    environ: dict[str, str], terminal: tuple[int, int]
) -> None:
    lines = await lines_on(terminal, {**environ, "STACK__LOG__FORMAT": "json"})
    assert [orjson.loads(line)["event"] for line in lines][-1] == "listening"
