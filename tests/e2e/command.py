"""The command line as an operator runs it against a stack."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping

import attrs

from tests.support.stack import Stack

COMMAND_LIMIT_S = 300


@attrs.frozen(kw_only=True)
class Ran:
    """``output`` is what it wrote to standard output, ``log`` to standard error."""

    code: int
    output: str
    log: str


async def command(stack: Stack, *arguments: str, beside: str | None = None) -> Ran:
    """
    Run ``python -m entrypoints.cli``.

    ``beside`` names the process in whose place it is run, with all of that one's settings.
    """
    environment = stack.environment_of(beside or "")
    return await run("entrypoints.cli", *arguments, environment=environment)


async def run(module: str, *arguments: str, environment: Mapping[str, str]) -> Ran:
    """Run ``python -m module`` to its end."""
    finished = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", module, *arguments],
        env=dict(environment),
        capture_output=True,
        timeout=COMMAND_LIMIT_S,
        check=False,
    )
    return Ran(
        code=finished.returncode, output=finished.stdout.decode(), log=finished.stderr.decode()
    )
