"""The sandbox as a process: stopped, killed, and started again on the same state file."""

from __future__ import annotations

import asyncio
import signal
import stat
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.sandbox.circle_customer import AMOY, SOME_ADDRESS
from tests.sandbox.sandbox_process import open_process, spawn
from tests.support.waiting import LIMIT_S, eventually

TRANSFER = {"blockchain": AMOY, "destination": SOME_ADDRESS, "amount": "7.25"}
HELD = [{"blockchain": AMOY, "address": SOME_ADDRESS, "amount": "7.250000"}]


async def end(process: asyncio.subprocess.Process, number: signal.Signals) -> int:
    process.send_signal(number)
    return await asyncio.wait_for(process.wait(), timeout=LIMIT_S)


async def balances(http: aiohttp.ClientSession, url: str) -> Any:
    async with http.get(f"{url}/sandbox/chain/balances") as response:
        return (await response.json())["balances"]


async def saved(state: Path) -> Path:
    await eventually(lambda: asyncio.to_thread(state.exists), "the state file")
    return state


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_new_process_has_what_the_old_one_had(
    http: aiohttp.ClientSession, tmp_path: Path, number: signal.Signals
) -> None:
    state = tmp_path / "sandbox.state"
    async with open_process(state) as (process, url):
        async with http.post(f"{url}/sandbox/chain/transfers", json=TRANSFER) as response:
            assert response.status == 201
        if number == signal.SIGKILL:
            await saved(state)
        assert await end(process, number) == (0 if number == signal.SIGTERM else -number)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    async with open_process(state) as (_, url):
        assert await balances(http, url) == HELD


async def test_a_file_of_another_version_stops_the_start_with_exit_code_2(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.state"
    state.write_bytes(b"what another version wrote")
    process = await spawn(state)
    _, errors = await asyncio.wait_for(process.communicate(), timeout=LIMIT_S)
    assert process.returncode == 2
    assert errors.decode().startswith(f"{state} was written by another version")
    assert "make clean-data" in errors.decode()
    assert state.read_bytes() == b"what another version wrote"


async def test_its_address_is_all_that_a_process_prints(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with open_process(tmp_path / "sandbox.state") as (process, url):
        async with http.post(f"{url}/sandbox/chain/transfers", json=TRANSFER) as response:
            assert response.status == 201
        assert await end(process, signal.SIGTERM) == 0
        assert process.stdout is not None
        assert await process.stdout.read() == b""
