"""
The process that keeps the servers of one test run: ``python -m tests.support.server_keeper FOLDER``.

It starts them when a process of the run asks, and ends when its standard input closes, that is when the
run's owner ends for any reason. If it is killed itself, the servers end with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from tests.support.files import write_whole

FOLDER_PREFIX = "stack-tests-"
WANTED = "wanted"
ADDRESSES = "servers.json"
FAILURE = "failure.txt"
POLL_S = 0.03


def main() -> None:
    folder = Path(sys.argv[1])
    with contextlib.ExitStack() as running:
        running.callback(shutil.rmtree, folder, ignore_errors=True)
        if not _asked(folder):
            return
        try:
            addresses = {
                "postgres": running.enter_context(_postgres(folder)),
                "redis": running.enter_context(_redis(folder)),
            }
        except Exception:  # noqa: BLE001 - the process that asked raises it
            write_whole(folder / FAILURE, traceback.format_exc().encode())
        else:
            write_whole(folder / ADDRESSES, json.dumps(addresses).encode())
        sys.stdin.read()


def _asked(folder: Path) -> bool:
    """Wait until a process wants the servers; return False if the run ended first."""
    while not (folder / WANTED).exists():
        if select.select([sys.stdin], [], [], POLL_S)[0]:
            return False
    return True


@contextlib.contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    if given := os.environ.get("STACK_TEST_POSTGRES_DSN"):
        yield given
    elif _wants_containers():
        from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - for Docker only

        with PostgresContainer("postgres:18", driver=None) as container:
            yield container.get_connection_url()
    else:
        from entrypoints.local.postgres import PostgresServer  # noqa: PLC0415 - for wheels only

        # Not durable: tests kill our own processes, never this server.
        with PostgresServer(folder / "postgres", durable=False) as server:
            yield server.dsn


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    if given := os.environ.get("STACK_TEST_REDIS_URL"):
        yield given
    elif _wants_containers():
        from testcontainers.redis import RedisContainer  # noqa: PLC0415 - for Docker only

        with RedisContainer("valkey/valkey:9").with_command(
            "valkey-server --databases 64"
        ) as container:
            port = container.get_exposed_port(6379)
            yield f"redis://{container.get_container_host_ip()}:{port}/0"
    else:
        from entrypoints.local.valkey import ValkeyServer  # noqa: PLC0415 - for wheels only

        with ValkeyServer(folder / "valkey", durable=False) as server:
            yield server.url


def _wants_containers() -> bool:
    return os.environ.get("STACK_TEST_CONTAINERS") == "1"


if __name__ == "__main__":
    main()
