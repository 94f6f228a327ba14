"""The whole system: provider sandbox, API and worker as processes."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from entrypoints.cli.api import Api, until
from entrypoints.cli.mailbox import Mailbox
from entrypoints.configuration import load
from entrypoints.local.ports import LOOPBACK, free_port
from entrypoints.local.processes import Child, Command, Process, answers
from entrypoints.settings import Settings
from tests.support.databases import Databases
from tests.support.forked import fork

SANDBOX, HTTP, WORKER = "sandbox", "http", "worker"
SPEED = 50.0
"""An off-ramp's offer is valid for 120 virtual seconds, and for 300 once accepted."""
CIRCLE_KEY = "TEST_API_KEY:sandbox:sandbox"
AS_EVER: Mapping[str, str] = {}
NEVER_S = "86400"
SOON: Mapping[str, str] = {"STACK__RETRIES__QUIET_SCALE": "0.05"}
"""Quiet times of 15 s, where requests without a key are lost: longer than any fault of those tests."""
LEASE_S = "20"
"""No job outlives it on a slow machine. Tests that kill workers or let providers hang set a shorter one."""
OWN_SETTINGS = ("STACK_", "DATABASE_URL", "REDIS_URL")
START_LIMIT_S = 300.0
STOP_LIMIT_S = 120.0
DEFECT_LINES = 20


@attrs.frozen(kw_only=True)
class Place:
    """The folder, the database and the ports of one stack, which are its own."""

    folder: Path
    dsn: str
    redis_url: str
    http_port: int = attrs.field(factory=free_port)
    sandbox_port: int = attrs.field(factory=free_port)
    metrics_ports: Mapping[str, int] = attrs.field(
        factory=lambda: {name: free_port() for name in (HTTP, WORKER)}
    )


class Stack:
    """
    Three processes that a test can start, stop, freeze and kill.

    The deposit poll is off unless ``variables`` switch it on, so that deposits are found by webhooks only.
    """

    _spawn: Callable[[Command], Process] | None = staticmethod(fork)

    def __init__(
        self, place: Place, *, speed: float = SPEED, variables: Mapping[str, str] = AS_EVER
    ) -> None:
        self.dsn = place.dsn
        self.url = f"http://{LOOPBACK}:{place.http_port}"
        self.sandbox_url = f"http://{LOOPBACK}:{place.sandbox_port}"
        self.metrics_urls = {
            name: f"http://{LOOPBACK}:{port}/metrics" for name, port in place.metrics_ports.items()
        }
        self._folder = place.folder
        self._running = contextlib.ExitStack()
        self._children: dict[str, Child] = {}
        self._own = {
            name: {"STACK__METRICS__PORT": str(port)} for name, port in place.metrics_ports.items()
        }
        self._options = {
            SANDBOX: ("--port", str(place.sandbox_port), "--speed", str(speed)),
        }
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)
        } | {
            "DATABASE_URL": place.dsn,
            "REDIS_URL": place.redis_url,
            "STACK_ENVIRONMENT": "development",
            "STACK_HTTP_PORT": str(place.http_port),
            "STACK_SANDBOX_URL": self.sandbox_url,
            "STACK__MAIL__FOLDER": str(place.folder / "mail"),
            "STACK__TOKENS__SECRET": secrets.token_hex(32),
            "STACK__VAULT__KEYS__TEST": secrets.token_hex(32),
            "STACK__CIRCLE__ENTITY_SECRET": secrets.token_hex(32),
            "STACK__RELAY__KEYS__TESTS": secrets.token_hex(32),
            "STACK__WORKER__POLL_INBOUND_S": NEVER_S,
            "STACK__WORKER__IDLE_S": "0.2",
            "STACK__WORKER__LEASE_S": LEASE_S,
            "STACK__PATIENCE__INQUIRY_S": "1",
            "STACK__WORKER__VITALS_S": "1",
            "STACK__WORKER__BALANCE_S": "2",
            "STACK__WORKER__WATCH_WALLETS_S": "2",
            "STACK__PATIENCE__RETRY_S": "0.3",
            **variables,
        }

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.push(self)
            self.start(SANDBOX)
            self.start(HTTP)
            self.wait_ready(SANDBOX)
            self.start(WORKER)
            self.wait_ready(HTTP)
            self.wait_ready(WORKER)
            undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.close()

    def start(self, name: str) -> None:
        """Start a process without waiting until it is ready; ``worker-2`` is a second worker."""
        self._children[name] = self._running.enter_context(
            Child(
                Command(
                    name=name,
                    argv=(
                        sys.executable,
                        "-m",
                        name if name == SANDBOX else f"entrypoints.{_role(name)}",
                        *self._options.get(name, ()),
                    ),
                    log=self._folder / f"{name}.log",
                    environment=self.environment_of(name),
                    stop_limit_s=STOP_LIMIT_S,
                ),
                spawn=None if "LD_PRELOAD" in self.environment_of(name) else self._spawn,
            )
        )

    def wait_ready(self, name: str) -> None:
        self._children[name].wait_ready(lambda: self._is_ready(name), limit_s=START_LIMIT_S)

    def kill(self, name: str) -> None:
        """Kill a process, as a power failure would, and wait until it has ended."""
        self._children[name].kill()
        self._children[name].wait()

    def freeze(self, name: str) -> None:
        """Suspend a process until it is thawed."""
        os.kill(self._children[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.kill(self._children[name].pid, signal.SIGCONT)

    def configure(self, name: str, variables: Mapping[str, str]) -> None:
        """Set additional variables for the next start of a process."""
        self._own[name] = {**self._own.get(name, {}), **variables}

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of all processes and of commands."""
        return dict(self._environment)

    def environment_of(self, name: str) -> Mapping[str, str]:
        """The variables that one process is started with."""
        return {**self._environment, **self._own.get(name, {})}

    def exit_code(self, name: str) -> int | None:
        """``None`` while the process runs."""
        return self._children[name].exit_code

    def pid(self, name: str) -> int:
        return self._children[name].pid

    def tell_to_stop(self, name: str) -> None:
        """Send SIGTERM without waiting."""
        os.kill(self._children[name].pid, signal.SIGTERM)

    async def stop(self, name: str) -> int:
        """Ask a process to end (SIGTERM) and return its exit code."""
        child = self._children[name]
        self.tell_to_stop(name)

        async def exit_code() -> int | None:
            return child.exit_code

        code: int = await until(exit_code, lambda code: code is not None, what=f"the end of {name}")
        return code

    def lines(self, name: str) -> Iterator[str]:
        """The log of a process over all its runs."""
        yield from (self._folder / f"{name}.log").read_text().splitlines()

    def _is_ready(self, name: str) -> bool:
        ready: dict[str, Callable[[], bool]] = {
            SANDBOX: lambda: answers(f"{self.sandbox_url}/sandbox/health"),
            HTTP: lambda: answers(f"{self.url}/health/readiness"),
            WORKER: lambda: self._children[name].log_has("worker.started"),
        }
        return ready[_role(name)]()

    def settings(self) -> Settings:
        """The settings of the API and the worker."""
        return load(self._environment)

    def api(self) -> Api:
        """A client of the public API without credentials."""
        return Api(self.url)

    def mailbox(self) -> Mailbox:
        """The e-mails to all addresses."""
        return Mailbox(self._folder / "mail")

    def sandbox(self) -> Api:
        """The sandbox's own API."""
        return Api(self.sandbox_url)

    def circle(self) -> Api:
        """Circle's API, as the system itself uses it."""
        circle = Api(f"{self.sandbox_url}/circle")
        circle.authorize(CIRCLE_KEY)
        return circle


@contextlib.contextmanager
def stack_on(
    databases: Databases,
    *,
    folder: Path,
    redis_url: str,
    speed: float = SPEED,
    variables: Mapping[str, str] = AS_EVER,
) -> Iterator[Stack]:
    """Run a stack on a fresh database during the block; a defect in its log fails the test."""
    with databases.fresh() as dsn:
        place = Place(folder=folder, dsn=dsn, redis_url=_beside(redis_url))
        with Stack(place, speed=speed, variables=variables) as stack:
            yield stack
            names = (SANDBOX, HTTP, WORKER)
            defects = [line for name in names for line in _defects(stack.lines(name))]
    assert not defects, "\n".join(defects)


def _role(name: str) -> str:
    return name.partition("-")[0]


def _beside(redis_url: str) -> str:
    """A database of Valkey that other tests do not empty."""
    parts = urllib.parse.urlsplit(redis_url)
    return parts._replace(path=f"/{32 + int(parts.path.strip('/') or 0) % 32}").geturl()


def _defects(lines: Iterator[str]) -> Iterator[str]:
    """The log lines of unexpected exceptions, with the lines that follow them."""
    recent = 0
    for line in lines:
        recent = DEFECT_LINES if "Traceback (most recent call last)" in line else recent - 1
        if recent > 0:
            yield line
