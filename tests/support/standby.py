"""A standby of a PostgreSQL server from the wheel, made by ``pg_basebackup`` and kept by streaming."""

from __future__ import annotations

import contextlib
import shutil
import signal
import urllib.parse
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]

from entrypoints.local import folders
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.postgres import PostgresServer
from entrypoints.local.processes import run_to_end

SLOT_NAME = "standby"
REPLICATES = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


class StandbyServer(PostgresServer):
    """Has the accounts and the password of its primary, and waits to be promoted."""

    def __init__(self, directory: Path, *, primary: PostgresServer) -> None:
        super().__init__(directory)
        self._primary = urllib.parse.urlsplit(primary.dsn)

    def _initialise(self, place: Path, *, binaries: Path, lock: int) -> None:
        unfinished = place / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self._primary.password or ""
        folders.write_private(place / "password", password, account=self._account)
        address = f"host={LOOPBACK} port={self._primary.port} user={self._primary.username}"
        argv = (
            *(str(binaries / "pg_basebackup"), "-D", str(unfinished), "-c", "fast", "-R"),
            *("-d", f"{address} password={password} application_name={SLOT_NAME}"),
        )
        run_to_end(self._command("pg_basebackup", argv=argv, lock=lock))
        unfinished.rename(place / "cluster")

    async def promote(self) -> None:
        """
        Become the primary.

        The names of synchronous standbys were copied from the primary; with them it would wait for itself.
        """
        await execute(self.dsn, "SELECT pg_promote()")
        await execute(
            self.dsn, "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()"
        )


async def require_synchronous(primary: PostgresServer) -> None:
    """No commit is answered before the standby has it."""
    await execute(
        primary.dsn,
        f"ALTER SYSTEM SET synchronous_standby_names = '{SLOT_NAME}'",
        "SELECT pg_reload_conf()",
    )


async def is_synchronous(primary: PostgresServer) -> bool:
    connection = await asyncpg.connect(primary.dsn)
    try:
        return bool(await connection.fetchval(REPLICATES))
    finally:
        await connection.close()


async def execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def kill(server: PostgresServer) -> None:
    """End all its processes at once, as a power failure would."""
    _signal(server, signal.SIGKILL)


async def freeze(server: PostgresServer) -> None:
    """Suspend all its processes: its connections stay open, and nothing answers."""
    _signal(server, signal.SIGSTOP)


async def make_read_only(server: PostgresServer) -> None:
    """Demote it, as a managed service does: sessions stay and can read."""
    await execute(
        server.dsn,
        "ALTER SYSTEM SET default_transaction_read_only = on",
        "SELECT pg_reload_conf()",
    )


def _signal(server: PostgresServer, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        postmaster = psutil.Process(server.pid)
        for process in (postmaster, *postmaster.children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
