"""(b) Our posting through the adapter, by many callers, on spread accounts and on one hot account."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import USD, Money
from tests.bench.pgbench import ACCOUNTS

FUNDS = Money(10**12, USD)
PER_ENTRY = 50
_keys = itertools.count()


def _cash(owner: str) -> Account:
    return Account(Role.CASH, InvestorId(owner), USD)


def _broker(owner: str) -> Account:
    return Account(Role.BROKER, InvestorId(owner), USD)


async def seed(dsn: str) -> None:
    """Give every account the benchmark touches enough money for all of it."""
    owners = ["hot", *(f"{side}{n}" for side in "ab" for n in range(1, ACCOUNTS + 1))]
    async with _ledger(dsn) as (ledger, _):
        for start in range(0, len(owners), PER_ENTRY):
            postings = tuple(
                Posting(_broker(o), _cash(o), FUNDS) for o in owners[start : start + PER_ENTRY]
            )
            entry = Entry(f"seed:{start}", "seed", postings)
            await ledger.post(entry, at=datetime.now(UTC))  # noqa: TID251 - the edge


async def run(dsn: str, *, callers: int, hot: bool, seconds: float) -> float:
    """Postings per second, each awaited by its caller, each durable when the call returns."""
    async with _ledger(dsn) as (ledger, chance):
        stop_at = time.perf_counter() + seconds
        started = time.perf_counter()
        counts = await asyncio.gather(
            *(_caller(ledger, chance, hot=hot, stop_at=stop_at) for _ in range(callers))
        )
        return sum(counts) / (time.perf_counter() - started)


async def _caller(
    ledger: PostgresLedger, chance: random.Random, *, hot: bool, stop_at: float
) -> int:
    count = 0
    while time.perf_counter() < stop_at:
        source = "hot" if hot else f"a{chance.randint(1, ACCOUNTS)}"
        posting = Posting(_cash(source), _cash(f"b{chance.randint(1, ACCOUNTS)}"), Money(1, USD))
        entry = Entry(f"bench:{next(_keys)}", "bench", (posting,))
        await ledger.post(entry, at=datetime.now(UTC))  # noqa: TID251 - the edge
        count += 1
    return count


@asynccontextmanager
async def _ledger(dsn: str) -> AsyncIterator[tuple[PostgresLedger, random.Random]]:
    """A ledger over its own pool and lanes, with a seeded source of chance."""
    settings = PostgresSettings(dsn=dsn)
    async with open_pool(settings, application="bench") as pool:
        yield PostgresLedger(pool, GroupCommit(pool, settings)), random.Random(7)
