"""Fixtures for every tier. Servers start when the first test asks for one, once a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.contract", "tests.support")

from entrypoints.local import ports  # noqa: E402 - after the rewriting is registered
from tests.support import run, servers, situations  # noqa: E402
from tests.support.databases import Databases  # noqa: E402
from tests.support.situations import tell_situation, was  # noqa: E402, F401 - fixtures

SLOWEST = ("e2e", "local")


def pytest_configure(config: pytest.Config) -> None:
    run.begin(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    run.tell(node.config, node.workerinput)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two a core: tests of the whole stack wait more than they work."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return 2 * cores


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left with it in the end."""
    items.sort(key=lambda item: item.path.parent.name not in SLOWEST)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if path := os.environ.get(situations.RESULTS):
        stats = terminalreporter.stats
        ended = [each for key in ("passed", "failed", "error") for each in stats.get(key, ())]
        situations.write(Path(path), [each for each in ended if each.when == "call" or each.failed])


def pytest_unconfigure(config: pytest.Config) -> None:
    if run.OWNER in config.stash and (dsn := os.environ.get("STACK_TEST_POSTGRES_DSN")):
        Databases(dsn, config.stash[run.RUN]).forget_template()
    run.end(config)


@pytest.fixture(scope="session")
def test_servers(pytestconfig: pytest.Config) -> servers.Servers:
    return servers.servers_of(pytestconfig.stash[run.RUN])


@pytest.fixture(scope="session")
def postgres_server(test_servers: servers.Servers) -> str:
    """The DSN of a superuser on the run's PostgreSQL."""
    return test_servers.postgres_dsn


@pytest.fixture(scope="session")
def redis_server(test_servers: servers.Servers) -> str:
    """The URL of this worker's own Valkey database; what is in it stays from test to test."""
    return test_servers.redis_url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of this worker's own Valkey database, emptied for this test."""
    servers.empty(redis_server)
    return redis_server


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config, postgres_server: str) -> Databases:
    """Makes databases for fixtures wider than one test, and for tests that need several."""
    return Databases(postgres_server, pytestconfig.stash[run.RUN])


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The DSN of a migrated database that only this test uses."""
    with databases.fresh() as dsn:
        yield dsn


@pytest.fixture
def blank_database_url(databases: Databases) -> Iterator[str]:
    """The DSN of a database without any table, for the migrator's own tests."""
    with databases.blank() as dsn:
        yield dsn


@pytest.fixture
def free_port() -> int:
    return ports.free_port()
