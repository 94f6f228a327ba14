"""The sandbox as a process of its own, started as its users start it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.waiting import LIMIT_S


@asynccontextmanager
async def open_process(
    state: Path, *options: str, module: str = "sandbox", folder: Path | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process and its URL; killed at the end if it still runs."""
    process = await spawn(state, *options, module=module, folder=folder)
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), timeout=LIMIT_S)).decode()
        yield process, line.removeprefix("sandbox listening on ").strip()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def spawn(
    state: Path, *options: str, module: str = "sandbox", folder: Path | None = None
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, "--port", "0", "--state", str(state), *options),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
