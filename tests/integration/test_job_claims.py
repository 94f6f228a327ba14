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


OLD_CLAIM = """
UPDATE jobs
   SET attempts = attempts + 1,
       due_at = now() - interval '1 second'
 WHERE done_at IS NULL
"""
"""As the release before this one claims: it notes neither a try nor what it sends."""


@pytest.mark.situation(
    "the release before claims a job and sends, and this one claims the job next",
    must="it counts as just sent, so that a look-up that finds nothing is not believed",
)
async def test_a_claim_by_the_release_before_counts_as_sent(database_url: str) -> None:
    async with postgres_store(database_url) as store:
        unit = a.unit(a.opening(a.deposit(), tasks=(a.task("job:1:1"),)))
        await store.processes.commit(unit)
        (first,) = await store.jobs.claim(limit=1, lease_s=-1.0)
        connection = await asyncpg.connect(database_url)
        await connection.execute(OLD_CLAIM)
        await connection.close()
        (second,) = await store.jobs.claim(limit=1, lease_s=60.0)
    assert first.sent_s is None
    assert second.attempts == 3
    assert second.sent_s is not None
