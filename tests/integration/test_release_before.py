"""The code of the release before works on this schema: in short here, and whole in `make rehearse`."""

from __future__ import annotations

import os
from pathlib import Path

import asyncpg
import pytest

from adapters.postgres.queries import named
from tests.migrations.round_trips import seed
from tests.rehearsal.release import NoHistory, Release, release_before

# Run by the code before: it reads what ours has written, then writes and reads of its own.
_AT_WORK = """
import asyncio, os
from tests.contract.stores import postgres_store
from tests.support import builders as a

async def main():
    async with postgres_store(os.environ["DATABASE_URL"]) as store:
        for number in range(1, 7):
            assert await store.processes.get(a.process_id(number)), number
        records = (a.deposit(11), a.withdrawal(12), a.order(13), a.wallet(14), a.onboarding(15))
        for record in records:
            entry = a.funding(a.EVE, "1.00", key=record.id)
            step = a.opening(record, tasks=(a.task(record.id),), entries=(entry,))
            await store.processes.commit(a.unit(step, audit=(a.audit_record(),)))
            assert (await store.processes.get(record.id)).record == record
        assert await store.ledger.balance(a.cash_of(a.EVE)) == a.dollars("5.00")
        assert await store.ledger.imbalances() == {}
        assert await store.jobs.claim(limit=100, lease_s=1, at=a.AT)
        print(len(records))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Release:
    try:
        return release_before(tmp_path_factory.mktemp("before"))
    except NoHistory as reason:
        pytest.skip(f"there is no release before this one here: {reason}")


async def test_every_query_of_the_release_before_fits_this_schema(
    before: Release, database_url: str
) -> None:
    queries = named(before.folder / "adapters" / "postgres" / "sql")
    connection = await asyncpg.connect(database_url)
    broken = {}
    for name, query in queries.items():
        try:
            await connection.prepare(query)
        except asyncpg.PostgresError as error:
            broken[name] = str(error)
    await connection.close()
    assert broken == {}
    assert "commit_units" in queries


async def test_the_release_before_reads_what_this_one_writes_and_writes_of_its_own(
    before: Release, database_url: str
) -> None:
    await seed(database_url)
    environment = before.environment({**os.environ, "DATABASE_URL": database_url})
    assert before.run("-c", _AT_WORK, environment=environment).strip() == "5"


def test_a_checkout_without_history_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REHEARSE_FROM", "no-such-commit")
    with pytest.raises(NoHistory, match="no-such-commit"):
        release_before(tmp_path)
