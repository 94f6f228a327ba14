from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]
import pytest

from entrypoints.local import folders
from entrypoints.local.errors import CannotStart
from entrypoints.local.postgres import PostgresServer, local_postgres
from entrypoints.local.processes import ChildDied


async def _remember(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE memory AS SELECT 42 AS answer")
    await connection.close()


async def _recall(dsn: str, query: str = "SELECT answer FROM memory") -> object:
    connection = await asyncpg.connect(dsn)
    found: object = await connection.fetchval(query)
    await connection.close()
    return found


@pytest.fixture
def closed(data: Path) -> Iterator[Path]:
    """A folder that only its owner may enter, as home folders are."""
    data.chmod(0o700)
    yield data
    shutil.rmtree((data / "postgres").resolve())


async def test_rows_survive_the_kill_of_the_server(data: Path) -> None:
    with PostgresServer(data / "postgres") as server:
        await _remember(server.dsn)
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
        for process in family:
            process.kill()
    with PostgresServer(data / "postgres") as server:
        assert await _recall(server.dsn) == 42


async def test_a_stale_pid_file_of_a_living_process_does_not_stop_a_start(data: Path) -> None:
    with PostgresServer(data / "postgres", durable=False) as server:
        os.kill(server.pid, signal.SIGKILL)
    pid_file = data / "postgres" / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with PostgresServer(data / "postgres", durable=False) as server:
        assert await _recall(server.dsn, "SELECT 1") == 1


async def test_commits_are_durable_unless_a_test_asks_otherwise(data: Path) -> None:
    with PostgresServer(data / "postgres") as server:
        assert await _recall(server.dsn, "SHOW fsync") == "on"
        assert await _recall(server.dsn, "SHOW synchronous_commit") == "on"


async def test_nobody_gets_in_without_the_password(data: Path) -> None:
    with PostgresServer(data / "postgres", durable=False) as server:
        port = server.dsn.rpartition(":")[2].partition("/")[0]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://stack:guess@127.0.0.1:{port}/stack")


def test_a_port_in_use_is_told_with_the_servers_own_words(data: Path) -> None:
    with (
        PostgresServer(data / "one", durable=False) as server,
        pytest.raises(ChildDied, match="Address already in use"),
        PostgresServer(data / "two", port=int(server.dsn.split(":")[3].split("/")[0])),
    ):
        pytest.fail("it started")


def test_one_folder_has_one_server(data: Path) -> None:
    with (
        folders.locked(data / "lock"),
        pytest.raises(CannotStart, match=f"in use by another run .*{os.getpid()}"),
        folders.locked(data / "lock", wait_s=0),
    ):
        pytest.fail("it started")


def test_the_environment_names_another_server(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    with local_postgres(data / "postgres") as dsn:
        assert dsn == "postgresql://elsewhere/db"
    assert not (data / "postgres").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
async def test_under_root_a_closed_checkout_is_no_obstacle(closed: Path) -> None:
    with PostgresServer(closed / "postgres", durable=False) as server:
        await _remember(server.dsn)
        assert psutil.Process(server.pid).username() == "nobody"
    with PostgresServer(closed / "postgres", durable=False) as server:
        assert await _recall(server.dsn) == 42
