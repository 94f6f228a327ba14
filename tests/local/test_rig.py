from __future__ import annotations

import asyncpg
import pytest
import redis.asyncio

from tests.support.databases import Databases


async def test_every_test_has_a_database_of_its_own(
    database_url: str, databases: Databases
) -> None:
    with databases.fresh() as other_url:
        for url in (database_url, other_url):
            connection = await asyncpg.connect(url)
            await connection.execute("CREATE TABLE only_here (id INT)")
            await connection.close()
    assert other_url != database_url


async def test_a_test_may_leave_connections_open_behind_its_database(databases: Databases) -> None:
    with databases.fresh() as url:
        forgotten = await asyncpg.connect(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    forgotten.terminate()


async def test_a_test_leaves_keys_behind_and_sees_none(redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "behind")


test_the_next_one_sees_none_either = test_a_test_leaves_keys_behind_and_sees_none
