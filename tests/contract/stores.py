"""The store's collections over one database, in memory or in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import attrs
import pytest

from adapters.memory.audit import InMemoryAuditTrail
from adapters.memory.backlog import InMemoryBacklog
from adapters.memory.clock import ManualClock
from adapters.memory.cursors import InMemoryCursors
from adapters.memory.database import InMemoryDatabase
from adapters.memory.idempotency import InMemoryIdempotencyRecords
from adapters.memory.jobs import InMemoryJobs
from adapters.memory.ledger import InMemoryLedger
from adapters.memory.limits import InMemoryLimitUsage
from adapters.memory.processes import InMemoryProcesses
from adapters.memory.search import InMemorySearch
from adapters.postgres.audit import PostgresAuditTrail
from adapters.postgres.backlog import PostgresBacklog
from adapters.postgres.cursors import PostgresCursors
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.idempotency import PostgresIdempotencyRecords
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.limits import PostgresLimitUsage
from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.search import PostgresSearch
from adapters.postgres.settings import PostgresSettings
from ports.audit import AuditTrail
from ports.backlog import Backlog
from ports.cursors import Cursors
from ports.idempotency import IdempotencyRecords
from ports.jobs import Jobs
from ports.ledger import Ledger
from ports.limits import LimitUsage
from ports.processes import Processes
from ports.search import Search

Pass = Callable[[float], Awaitable[None]]


@attrs.frozen(kw_only=True)
class Store:
    """``pass_time`` lets seconds pass for what the store keeps by its own clock."""

    pass_time: Pass
    processes: Processes
    ledger: Ledger
    jobs: Jobs
    cursors: Cursors
    idempotency_records: IdempotencyRecords
    audit: AuditTrail
    backlog: Backlog
    limits: LimitUsage
    search: Search


def memory_store() -> Store:
    database = InMemoryDatabase()
    return Store(
        pass_time=partial(_advance, database),
        processes=InMemoryProcesses(database),
        ledger=InMemoryLedger(database),
        jobs=InMemoryJobs(database),
        cursors=InMemoryCursors(database),
        idempotency_records=InMemoryIdempotencyRecords(database),
        audit=InMemoryAuditTrail(database),
        backlog=InMemoryBacklog(database),
        limits=InMemoryLimitUsage(database),
        search=InMemorySearch(database),
    )


@asynccontextmanager
async def postgres_store(dsn: str) -> AsyncIterator[Store]:
    settings = PostgresSettings(dsn=dsn, pool_size_max=4)
    async with open_pool(settings, application="contract") as pool:
        commits = GroupCommit(pool, settings)
        yield Store(
            pass_time=partial(_age, pool),
            processes=PostgresProcesses(pool, commits),
            ledger=PostgresLedger(pool, commits),
            jobs=PostgresJobs(pool),
            cursors=PostgresCursors(pool),
            idempotency_records=PostgresIdempotencyRecords(pool),
            audit=PostgresAuditTrail(pool),
            backlog=PostgresBacklog(pool),
            limits=PostgresLimitUsage(pool),
            search=PostgresSearch(pool),
        )


async def _advance(database: InMemoryDatabase, seconds: float) -> None:
    assert isinstance(database.clock, ManualClock)
    database.clock.advance(seconds)


async def _age(pool: Pool, seconds: float) -> None:
    """The server's clock cannot be set, so everything that it compares becomes older."""
    await pool.execute(
        "UPDATE jobs SET due_at = due_at - make_interval(secs => $1),"
        " sent_at = sent_at - make_interval(secs => $1)",
        seconds,
    )


class InMemory:
    """Gives a contract suite its ``store``."""

    @pytest.fixture
    def store(self) -> Store:
        return memory_store()


class InPostgres:
    """Gives a contract suite its ``store``, in a database of its own."""

    @pytest.fixture
    async def store(self, database_url: str) -> AsyncIterator[Store]:
        async with postgres_store(database_url) as store:
            yield store
