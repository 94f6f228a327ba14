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
    claimed = await connection.fetch(QUERIES["claim_jobs"], LIMIT, 60.0, [], [], 100)
    await connection.close()
    assert len(claimed) == LIMIT
