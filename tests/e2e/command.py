"""The command line as an operator runs it against a stack."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from tests.support.stack import Stack

COMMAND_LIMIT_S = 60


async def command(stack: Stack, *arguments: str, beside: str | None = None) -> tuple[int, str]:
    """
    The exit code and the output of ``python -m entrypoints.cli``.

    ``beside`` names the process in whose place it is run, with all of that one's settings.
    """
    finished = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "entrypoints.cli", *arguments],
        env=stack.environment_of(beside or ""),
        capture_output=True,
        timeout=COMMAND_LIMIT_S,
        check=False,
    )
    return finished.returncode, (finished.stdout + finished.stderr).decode()
