"""
Child processes: started, waited for until they are ready, and stopped with this process.

Each child leads a session of its own, so Ctrl-C reaches only this process, which stops the children
in order. If it is killed, Linux sends each child its stop signal; other systems leave them running.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, Self

import attrs

from entrypoints.local.errors import LocalFailure
from entrypoints.local.folders import Account

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1

READY_POLL_S = 0.02
READY_LIMIT_S = 60.0
TAIL_LINES = 20
TAIL_BYTES = 8192


class ChildDied(LocalFailure):
    """A child ended without being asked to stop, or failed."""


class ChildNotReady(LocalFailure):
    """A child is running but did not become ready in time."""


@attrs.frozen(kw_only=True)
class Command:
    """How to start one child and how to ask it to stop."""

    name: str
    argv: tuple[str, ...]
    log: Path | None
    """The file to which both output streams are appended; None means our own terminal."""
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_limit_s: float = 10.0
    account: Account | None = None
    inherited: tuple[int, ...] = ()
    """Descriptors that the child inherits."""
    typed: str = ""
    """The text on its standard input."""


class Process(Protocol):
    """What ``subprocess.Popen`` offers of one process."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...


class Child:
    """One running process. As a context manager it is stopped at the end of the block."""

    def __init__(
        self, command: Command, *, spawn: Callable[[Command], Process] | None = None
    ) -> None:
        self._command = command
        self._log_start = _size(command.log)
        self._process: Process = (spawn or _spawn)(command)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_ready(self, ready: Callable[[], bool], *, limit_s: float = READY_LIMIT_S) -> None:
        """Wait until ``ready()``; raise ChildDied or ChildNotReady with the end of the log."""
        deadline_s = time.monotonic() + limit_s
        while not ready():
            self.check()
            if time.monotonic() >= deadline_s:
                raise ChildNotReady(
                    f"{self._command.name} was not ready after {limit_s:g} s\n{self.log_tail()}"
                )
            time.sleep(READY_POLL_S)

    def check(self) -> None:
        """Raise ChildDied with the end of its log if the child has ended."""
        code = self.exit_code
        if code is not None:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise ChildDied(f"{self._command.name} ended early ({how})\n{self.log_tail()}")

    def wait(self) -> int:
        """Wait for the child to end by itself and return its exit code."""
        return self._process.wait()

    def log_tail(self) -> str:
        """Return the last lines that this child wrote, with the name of the log."""
        log = self._command.log
        if log is None or not log.exists():
            return ""
        with log.open("rb") as file:
            file.seek(max(self._log_start, _size(log) - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join([f"--- end of {log}", *(f"    {line}" for line in lines)])

    def log_has(self, text: str) -> bool:
        """Say whether the child has written ``text`` since it started."""
        log = self._command.log
        if log is None:
            return False
        with log.open("rb") as file:
            file.seek(self._log_start)
            return text.encode() in file.read()

    def stop(self) -> None:
        """Ask it to stop, wait up to its limit, then kill its whole group."""
        if self.exit_code is None:
            self._process.send_signal(self._command.stop_signal)
        try:
            self._process.wait(timeout=self._command.stop_limit_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill it and the processes it started. Safe in a signal handler."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


def run_to_end(command: Command) -> None:
    """Run a command that ends by itself; raise ChildDied with the end of its log if it fails."""
    with Child(command) as child:
        if child.wait() != 0:
            child.check()


def answers(url: str) -> bool:
    """Say whether a GET of a local ``url`` answers 200."""
    parts = urllib.parse.urlsplit(url)
    with contextlib.closing(
        http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=2.0)
    ) as connection:
        try:
            connection.request("GET", parts.path or "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def _size(log: Path | None) -> int:
    return log.stat().st_size if log is not None and log.exists() else 0


def _spawn(command: Command) -> subprocess.Popen[bytes]:
    account = command.account
    prepare = functools.partial(die_with_parent, command.stop_signal, parent_pid=os.getpid())
    with contextlib.ExitStack() as stack:
        output = None
        if command.log is not None:
            command.log.parent.mkdir(parents=True, exist_ok=True)
            output = stack.enter_context(command.log.open("ab"))
        typed = stack.enter_context(tempfile.TemporaryFile())
        typed.write(command.typed.encode())
        typed.seek(0)
        return subprocess.Popen(  # noqa: S603 - the command is ours
            command.argv,
            stdin=typed,
            stdout=output,
            stderr=output,
            env=dict(command.environment),
            start_new_session=True,
            pass_fds=command.inherited,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else (),
            preexec_fn=prepare,  # noqa: PLW1509 - two system calls, no locks
        )


def die_with_parent(stop_signal: signal.Signals, *, parent_pid: int) -> None:
    """Ask Linux to send this process ``stop_signal`` when its parent ends; elsewhere do nothing."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent_pid:
            os._exit(1)
