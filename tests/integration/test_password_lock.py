"""A log-in that is being committed and a change of the password wait for one another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from adapters.postgres.queries import QUERIES
from adapters.postgres.units import document
from ports.processes import Unit
from tests.contract.passwords_in_units import change, log_in
from tests.support import builders as a

WAITS_S = 0.3


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Connection]]:
    one, other = [await asyncpg.connect(database_url) for _ in range(2)]
    assert await commit(one, a.unit(investors=(a.investor(),))) == [""]
    yield one, other
    await one.close()
    await other.close()


async def commit(connection: asyncpg.Connection, unit: Unit) -> list[str]:
    outcomes: list[str] = await connection.fetchval(QUERIES["commit_units"], [document(unit)])
    return outcomes


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (log_in(10), a.unit(passwords=(change("new"),))),
        (a.unit(passwords=(change("new"),)), log_in(10)),
    ],
    ids=["log-in first", "change first"],
)
async def test_whoever_is_second_waits_and_is_stale(
    both: tuple[asyncpg.Connection, asyncpg.Connection], first: Unit, second: Unit
) -> None:
    one, other = both
    transaction = one.transaction()
    await transaction.start()
    assert await commit(one, first) == [""]
    waiting = asyncio.create_task(commit(other, second))
    await asyncio.wait([waiting], timeout=WAITS_S)
    assert not waiting.done()
    await transaction.commit()
    assert await waiting == ["stale_version"]
