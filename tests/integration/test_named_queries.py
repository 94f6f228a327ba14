from __future__ import annotations

import asyncpg

from adapters.postgres.queries import QUERIES


async def test_every_named_query_fits_the_migrated_schema(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    broken = {}
    for name, query in QUERIES.items():
        try:
            await connection.prepare(query)
        except asyncpg.PostgresError as error:
            broken[name] = str(error)
    await connection.close()
    assert broken == {}


def test_there_are_queries_to_check() -> None:
    assert "commit_units" in QUERIES
