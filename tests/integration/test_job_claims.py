"""What PostgreSQL answers must not depend on how it chooses to carry out a statement."""

from __future__ import annotations

import asyncpg
import pytest

from adapters.postgres.queries import QUERIES
from tests.contract.stores import postgres_store
from tests.support import builders as a

LIMIT = 5
CHOICES = [
    (),
    tuple(
        f"SET enable_{way} = off"
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "indexscan", "bitmapscan")
    ),
]


@pytest.mark.parametrize("choices", CHOICES, ids=["free", "nested loops"])
async def test_a_claim_takes_no_more_than_its_limit(
    database_url: str, choices: tuple[str, ...]
) -> None:
    async with postgres_store(database_url) as store:
        tasks = tuple(a.task(f"job:{n}:1") for n in range(4 * LIMIT))
        await store.processes.commit(a.unit(a.opening(a.deposit(), tasks=tasks)))
    connection = await asyncpg.connect(database_url)
    for choice in choices:
        await connection.execute(choice)
    until = a.AT.replace(year=a.AT.year + 1)
    claimed = await connection.fetch(QUERIES["claim_jobs"], LIMIT, a.AT, until)
    await connection.close()
    assert len(claimed) == LIMIT


async def test_a_unit_that_breaks_a_rule_without_a_name_is_not_called_written(
    database_url: str,
) -> None:
    nameless = '{"processes": [{"id": "00000000-0000-7000-8000-000000000001", "version": 1}]}'
    connection = await asyncpg.connect(database_url)
    rule = await connection.fetchval(QUERIES["commit_units"], nameless)
    written = await connection.fetchval("SELECT count(*) FROM processes")
    await connection.close()
    assert written == 0
    assert rule == "23502"
