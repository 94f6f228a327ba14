"""
The local stack: its processes, the order in which they start, and when they stop.

Everything started here is stopped in reverse order when ``run`` returns or raises.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import attrs

from entrypoints.local import folders, handover, ports
from entrypoints.local.errors import CannotStart
from entrypoints.local.keys import local_keys
from entrypoints.local.postgres import local_postgres
from entrypoints.local.processes import Child, Command, answers, run_to_end
from entrypoints.local.stopping import stop_signals
from entrypoints.local.valkey import local_valkey

WATCH_INTERVAL_S = 0.25
# The API and the worker finish open requests and jobs for up to 30 s.
DRAIN_LIMIT_S = 35.0
DEMO_STOP_LIMIT_S = 5.0
# Long enough for a run that was just killed; a run that is up is not waited for.
DATA_LOCK_WAIT_S = 1.0
DEMO_CHOICES = ("on", "off", "once")
COMMAND_LINE = ".venv/bin/python -m entrypoints.cli"


@attrs.frozen(kw_only=True)
class Programs:
    """The command lines of the stack's own processes."""

    migrate: tuple[str, ...] = (sys.executable, "-m", "entrypoints.migrate")
    sandbox: tuple[str, ...] = (sys.executable, "-m", "sandbox")
    http: tuple[str, ...] = (sys.executable, "-m", "entrypoints.http")
    worker: tuple[str, ...] = (sys.executable, "-m", "entrypoints.worker")
    demo: tuple[str, ...] = (sys.executable, "-m", "entrypoints.cli", "demo")


def run(data: Path, *, environment: Mapping[str, str], programs: Programs | None = None) -> int:
    """
    Start the stack on the folder ``data``, run the demo, and stay until a stop signal.

    Returns the demo's exit code with DEMO=once. Raises StopRequested at Ctrl-C, CannotStart when
    a precondition is not met, LocalFailure when a process fails; the stack is stopped by then.
    """
    demo = environment.get("DEMO") or DEMO_CHOICES[0]
    if demo not in DEMO_CHOICES:
        raise CannotStart(f"DEMO={demo} is not one of {', '.join(DEMO_CHOICES)}")
    wanted = ports.wanted_ports(environment)
    ports.check_free(wanted)
    stack = _Stack(data, environment=environment, programs=programs or Programs(), ports=wanted)
    with stop_signals(at_once=stack.kill), contextlib.ExitStack() as running:
        running.callback(_report, "Stopped.")
        stack.start(running)
        if demo == "once":
            return stack.run_demo(running)
        if demo == "on":
            stack.run_demo(running)
        stack.announce()
        return stack.watch()


class _Stack:
    def __init__(
        self,
        data: Path,
        *,
        environment: Mapping[str, str],
        programs: Programs,
        ports: tuple[ports.WantedPort, ports.WantedPort],
    ) -> None:
        self._data = data
        self._environment = dict(environment)
        self._programs = programs
        self._http, self._sandbox = ports
        self._metrics = _metrics_ports(environment)
        self._children: list[Child] = []

    def start(self, running: contextlib.ExitStack) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        running.enter_context(folders.locked(self._data / handover.LOCK, wait_s=DATA_LOCK_WAIT_S))
        _report("Starting PostgreSQL and Valkey ...")
        logs = self._data / "logs"
        dsn = running.enter_context(
            local_postgres(self._data / "postgres", log=logs / "postgres.log")
        )
        url = running.enter_context(local_valkey(self._data / "valkey", log=logs / "valkey.log"))
        variables = {
            "DATABASE_URL": dsn,
            "REDIS_URL": url,
            "STACK_ENVIRONMENT": "development",
            "STACK_HTTP_PORT": str(self._http.number),
            "STACK_SANDBOX_PORT": str(self._sandbox.number),
            "STACK_SANDBOX_URL": self._url(self._sandbox),
            "STACK__MAIL__FOLDER": str(self._data / "mail"),
            **local_keys(self._data),
        }
        self._environment |= {"PYTHONUNBUFFERED": "1", **variables}
        running.enter_context(handover.offered(self._data, variables))
        _report("Migrating the database ...")
        run_to_end(self._command("migrate", self._programs.migrate))
        self._start_programs(running)

    def _start_programs(self, running: contextlib.ExitStack) -> None:
        speed = self._environment.get("STACK_SANDBOX_SPEED") or "20"
        state = str(self._data / "sandbox.state")
        options = ("--port", str(self._sandbox.number), "--speed", speed, "--state", state)
        _report("Starting the provider sandbox, the API and the worker ...")
        sandbox = self._child(running, "sandbox", (*self._programs.sandbox, *options))
        sandbox.wait_ready(lambda: answers(f"{self._url(self._sandbox)}/sandbox/health"))
        http = self._child(running, "http", self._programs.http)
        http.wait_ready(lambda: answers(f"{self._url(self._http)}/health/liveness"))
        worker = self._child(running, "worker", self._programs.worker)
        worker.wait_ready(lambda: answers(f"{self._url(self._http)}/health/readiness"))

    def run_demo(self, running: contextlib.ExitStack) -> int:
        """Run the demo on our terminal and return its exit code."""
        demo = running.enter_context(Child(self._command("demo", self._programs.demo, log=False)))
        while (code := demo.exit_code) is None:
            self._check_children_after_pause()
        return code

    def announce(self) -> None:
        _say(
            f"\n  API      {self._url(self._http)}"
            f"\n           {self._url(self._http)}/docs (documentation)"
            f"\n  sandbox  {self._url(self._sandbox)}"
            f"\n  e-mails  {self._data / 'mail'}"
            f"\n  metrics  {self._metrics_url('http')} (API)"
            f"\n           {self._metrics_url('worker')} (worker)"
            f"\n  logs     {self._data / 'logs'}"
            "\n\nIn another terminal, in this folder:"
            f"\n  {COMMAND_LINE} balances"
            f"\n  {COMMAND_LINE} trail ID"
            "\n\nCtrl-C stops everything."
        )

    def watch(self) -> NoReturn:
        """Watch the processes of the stack; raise ChildDied when one ends."""
        while True:
            self._check_children_after_pause()

    def kill(self) -> None:
        """Kill our own processes without draining. PostgreSQL and Valkey still stop cleanly."""
        for child in self._children:
            child.kill()

    def _check_children_after_pause(self) -> None:
        time.sleep(WATCH_INTERVAL_S)
        for child in self._children:
            child.check()

    def _child(self, running: contextlib.ExitStack, name: str, argv: tuple[str, ...]) -> Child:
        child = running.enter_context(Child(self._command(name, argv)))
        self._children.append(child)
        return child

    def _command(self, name: str, argv: tuple[str, ...], *, log: bool = True) -> Command:
        return Command(
            name=name,
            argv=argv,
            log=self._data / "logs" / f"{name}.log" if log else None,
            environment={**self._environment, **self._own_variables(name)},
            stop_limit_s=DRAIN_LIMIT_S if log else DEMO_STOP_LIMIT_S,
        )

    def _metrics_url(self, name: str) -> str:
        return f"http://{ports.LOOPBACK}:{self._metrics[name]}/metrics"

    def _own_variables(self, name: str) -> Mapping[str, str]:
        """Variables of one process only: processes on one machine cannot share a port."""
        port = self._metrics.get(name)
        return {"STACK__METRICS__PORT": str(port)} if port else {}

    def _url(self, port: ports.WantedPort) -> str:
        return f"http://{ports.LOOPBACK}:{port.number}"


def _metrics_ports(environment: Mapping[str, str]) -> Mapping[str, int]:
    """The metrics ports of the API and the worker."""
    return {
        "http": ports.metrics_port(
            "STACK_HTTP_METRICS_PORT", default=9464, environment=environment
        ),
        "worker": ports.metrics_port(
            "STACK_WORKER_METRICS_PORT", default=9465, environment=environment
        ),
    }


def _say(what: str) -> None:
    print(what, flush=True)  # noqa: T201 - a person watches this terminal


def _report(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)  # noqa: T201 - a person watches this terminal
