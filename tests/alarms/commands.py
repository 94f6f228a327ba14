"""The first three commands of a runbook page, run as whoever is on call would."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from scripts.slo import runbooks
from scripts.slo.model import ROOT, RUNBOOKS
from tests.alarms.monitored_stack import House

LIMIT_S = 60.0


@attrs.frozen(kw_only=True)
class Ran:
    command: str
    exit_code: int
    output: str


async def run_page(house: House, page: str) -> Sequence[Ran]:
    """In a shell, in the checkout, with the variables that docs/runbooks/README.md asks for."""
    lines = runbooks.commands(ROOT / RUNBOOKS / f"{page}.md")
    return [await _run(line, _environment(house)) for line in lines]


def _environment(house: House) -> Mapping[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {
        **house.stack.environment,
        "PATH": path,
        "STACK_URL": house.stack.url,
        "PROMETHEUS_URL": house.watchers.prometheus_url,
    }


async def _run(command: str, environment: Mapping[str, str]) -> Ran:
    process = await asyncio.create_subprocess_shell(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LIMIT_S):
        output, _ = await process.communicate()
    return Ran(command=command, exit_code=process.returncode or 0, output=output.decode())
