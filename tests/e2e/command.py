"""The command line as an operator runs it against a stack."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import attrs

from entrypoints.local.processes import Command
from tests.support.forked import fork
from tests.support.stack import Stack

COMMAND_LIMIT_S = 300
MODULE = "entrypoints.cli"


@attrs.frozen(kw_only=True)
class Ran:
    """``output`` is what it wrote to standard output, ``log`` to standard error."""

    code: int
    output: str
    log: str


async def command(stack: Stack, *arguments: str, beside: str | None = None) -> Ran:
    """
    Run a command of ``entrypoints.cli``, forked.

    ``beside`` names the process in whose place it is run, with all of that one's settings.
    """
    environment = stack.environment_of(beside or "")
    with tempfile.TemporaryDirectory() as folder:
        output, log = Path(folder, "output"), Path(folder, "log")
        words = Command(
            name="command",
            argv=(sys.executable, "-m", MODULE, *arguments),
            log=output,
            environment=environment,
        )
        process = await asyncio.to_thread(fork, words, errors=log)
        code = await asyncio.to_thread(process.wait, COMMAND_LIMIT_S)
        return await asyncio.to_thread(_ran, code, output, log)


def _ran(code: int, output: Path, log: Path) -> Ran:
    return Ran(code=code, output=output.read_text(), log=log.read_text())


async def run(module: str, *arguments: str, environment: Mapping[str, str]) -> Ran:
    """Run ``python -m module`` to its end, as an operator does."""
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
