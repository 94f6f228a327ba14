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
from tests.alarms.monitored_stack import MonitoredStack

LIMIT_S = 60.0


@attrs.frozen(kw_only=True)
class Ran:
    command: str
    exit_code: int
    output: str


async def run_page(monitored: MonitoredStack, page: str) -> Sequence[Ran]:
    """In a shell, in the checkout, with the variables that docs/runbooks/README.md asks for."""
    lines = runbooks.commands(ROOT / RUNBOOKS / f"{page}.md")
    return [await _run(line, _environment(monitored)) for line in lines]


def _environment(monitored: MonitoredStack) -> Mapping[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {
        **monitored.stack.environment,
        "PATH": path,
        "STACK_URL": monitored.stack.url,
        "PROMETHEUS_URL": monitored.watchers.prometheus_url,
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
