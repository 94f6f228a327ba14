"""The system's own processes, started for a benchmark on free ports and one database."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from entrypoints.cli.mailbox import Mailbox
from entrypoints.local.keys import local_keys
from entrypoints.local.ports import free_port
from entrypoints.local.processes import Child, Command, answers

PLENTY = "1000000000.00"
WITHOUT_LIMITS = {
    f"STACK__TIERS__BASIC__{activity}__{period}": PLENTY
    for activity in ("DEPOSIT", "WITHDRAWAL", "TRADE")
    for period in ("DAY", "MONTH")
}
"""The few investors of a benchmark move more money than anybody may."""


@attrs.frozen(kw_only=True)
class System:
    """Where things are, and how to start more of them; all stop together."""

    environment: dict[str, str]
    logs: Path
    http_port: int
    sandbox_port: int
    _stack: ExitStack

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def mailbox(self) -> Mailbox:
        return Mailbox(self.logs / "mail")

    def sandbox(self, *, speed: int) -> None:
        options = ("--port", str(self.sandbox_port), "--speed", str(speed))
        self.start("sandbox", options, ready=f"{self.sandbox_url}/sandbox/health")

    def api(self) -> None:
        self.start("entrypoints.http", ready=f"{self.http_url}/health/liveness")

    @contextmanager
    def temporary_api(self, environment: Mapping[str, str]) -> Iterator[None]:
        """An API that has ``environment`` too and stops at the end of the context."""
        with Child(self._command("entrypoints.http", (), environment)) as child:
            child.wait_ready(lambda: answers(f"{self.http_url}/health/liveness"))
            yield

    def worker(self) -> None:
        self.start("entrypoints.worker")

    def start(self, module: str, options: tuple[str, ...] = (), *, ready: str = "") -> None:
        command = self._command(module, options, {})
        child = self._stack.enter_context(Child(command))
        if ready:
            child.wait_ready(lambda: answers(ready))

    def _command(
        self, module: str, options: tuple[str, ...], environment: Mapping[str, str]
    ) -> Command:
        return Command(
            name=module.rpartition(".")[2],
            argv=(sys.executable, "-m", module, *options),
            log=self.logs / f"{module}.log",
            environment={**self.environment, **environment},
        )


@contextmanager
def system(*, dsn: str, redis_url: str, folder: Path, parent: dict[str, str]) -> Iterator[System]:
    """Nothing is started yet; whatever is started stops at the end of the context."""
    folder.mkdir(parents=True, exist_ok=True)
    http_port, sandbox_port = free_port(), free_port()
    environment = {
        **parent,
        **local_keys(folder),
        "DATABASE_URL": dsn,
        "REDIS_URL": redis_url,
        "STACK_ENVIRONMENT": "development",
        "STACK_HTTP_PORT": str(http_port),
        "STACK_SANDBOX_URL": f"http://127.0.0.1:{sandbox_port}",
        "STACK_LOG_LEVEL": "WARNING",
        **WITHOUT_LIMITS,
        "STACK__MAIL__FOLDER": str(folder / "mail"),
    }
    with ExitStack() as stack:
        yield System(
            environment=environment,
            logs=folder,
            http_port=http_port,
            sandbox_port=sandbox_port,
            stack=stack,
        )
