"""
Our own programs as processes that are forked with everything imported: most of what a start costs.

Each is like ``python -m`` in all other respects: a session, an environment, a log and signals of its own.
Tests of the start itself run ``python -m``.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import time
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import attrs

from entrypoints.local.processes import Command, die_with_parent

PROGRAMS = (
    *("sandbox.__main__", "entrypoints.http.__main__", "entrypoints.worker.__main__"),
    "entrypoints.cli.__main__",
)
SESSION_POLL_S = 0.001


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PROGRAMS))
    return context


@attrs.define
class Forked:
    """What ``Child`` asks of a process."""

    _process: ForkServerProcess
    pid: int

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def fork(command: Command, *, errors: Path | None = None) -> Forked:
    """
    Start ``python -m module arguments``, the words of the command.

    ``errors`` is where standard error goes, if not to the command's log.
    """
    _, _, module, *arguments = command.argv
    process = _context().Process(
        target=_run,
        args=(module, arguments),
        kwargs={
            "environment": dict(command.environment),
            "output": command.log,
            "errors": errors or command.log,
            "stop_signal": command.stop_signal,
        },
    )
    process.start()
    pid = process.pid
    assert pid is not None
    while process.exitcode is None and not _leads_its_session(pid):
        time.sleep(SESSION_POLL_S)
    return Forked(process, pid)


def _leads_its_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return True


def _run(
    module: str,
    arguments: list[str],
    *,
    environment: dict[str, str],
    output: Path,
    errors: Path,
    stop_signal: signal.Signals,
) -> None:
    os.setsid()
    die_with_parent(stop_signal, parent_pid=os.getppid())
    for path, descriptor in ((output, 1), (errors, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    sys.modules.pop(f"{module}.__main__", None)  # imported beforehand; it is run under another name
    runpy.run_module(f"{module}.__main__", run_name="__main__", alter_sys=True)
