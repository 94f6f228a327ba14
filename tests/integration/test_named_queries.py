"""Every named query fits the schema, and reads no table that grows from end to end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping

import asyncpg
import orjson
import pytest

from adapters.postgres.queries import QUERIES
from adapters.postgres.units import rows_of, together
from tests.integration.growth import ROWS, SMALL, grow
from tests.integration.plans import Node, scanned
from tests.migrations.stories import everything
from tests.support import builders as a
from tests.support.databases import Databases

WHOLE: Mapping[str, str] = {
    "ledger_totals": "a sum over all accounts, for an operator who reconciles",
    "ledger_imbalances": "all postings against all balances, once a day",
    "ledger_sides": "a sum over all accounts, once a day",
    "audit_unsealed": "all records against all seals, for an auditor",
}
"""Queries whose question is about everything. No request and no loop asks them."""


@pytest.fixture(scope="module")
def grown_url(databases: Databases) -> Iterator[str]:
    with databases.fresh() as dsn:
        yield dsn


@pytest.fixture
async def sql(grown_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database full of rows; whatever a test writes is undone."""
    connection = await asyncpg.connect(grown_url)
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM audit_records)"):
        await grow(connection)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute("SET jit = off")
    undone = connection.transaction()
    await undone.start()
    yield connection
    await undone.rollback()
    await connection.close()


async def plan_of(sql: asyncpg.Connection, name: str) -> Node:
    """The plan of a named query that serves whatever its parameters are."""
    await sql.execute(f"PREPARE {name} AS {QUERIES[name]}")
    types = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1"
    values = ", ".join(["NULL"] * await sql.fetchval(types, name))
    call = f"{name}({values})" if values else name
    plan = orjson.loads(await sql.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {call}"))
    await sql.execute(f"DEALLOCATE {name}")
    found: Node = plan[0]["Plan"]
    return found


@pytest.mark.parametrize("name", QUERIES)
async def test_a_named_query_reads_no_growing_table_from_end_to_end(
    sql: asyncpg.Connection, name: str
) -> None:
    found = scanned(await plan_of(sql, name)) - SMALL.keys()
    assert bool(found) == (name in WHOLE), found


async def test_what_the_one_door_runs_reads_no_growing_table_from_end_to_end(
    sql: asyncpg.Connection,
) -> None:
    await _write_everything(sql)


async def test_nor_does_it_by_a_plan_made_while_the_tables_were_small(database_url: str) -> None:
    young = await asyncpg.connect(database_url)
    await _write_everything(young)
    await young.close()


async def _write_everything(sql: asyncpg.Connection) -> None:
    plans: list[Node] = []
    sql.add_log_listener(lambda _, message: plans.append(_plan(message.message)))
    # What asyncpg asks about types comes first, and is not ours.
    await sql.fetchval(QUERIES["commit_units"], together([rows_of(a.unit())]))
    await sql.execute("LOAD 'auto_explain'")
    for setting in (
        "log_min_duration = 0",
        "log_nested_statements = on",
        "log_format = json",
        "log_level = notice",
    ):
        await sql.execute(f"SET auto_explain.{setting}")
    for unit in everything():
        assert await sql.fetchval(QUERIES["commit_units"], together([rows_of(unit)])) == "", unit
    wrong = {
        plan["Query Text"]: found
        for plan in plans
        if (found := scanned(plan["Plan"]) - SMALL.keys())
    }
    assert wrong == {}
    assert len(plans) > len(everything())


def _plan(message: str) -> Node:
    plan: Node = orjson.loads(message.partition("plan:\n")[2])
    return plan


async def test_every_table_that_grows_has_rows_to_tell_a_scan_by(sql: asyncpg.Connection) -> None:
    sizes = await sql.fetch(
        "SELECT relname, reltuples::bigint AS rows FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    few = {row["relname"] for row in sizes if row["rows"] < ROWS / 10}
    assert few - SMALL.keys() == set()


async def test_a_scan_over_a_growing_table_would_be_seen(sql: asyncpg.Connection) -> None:
    plan = orjson.loads(
        await sql.fetchval("EXPLAIN (FORMAT JSON) SELECT * FROM jobs WHERE last_error = 'x'")
    )
    assert scanned(plan[0]["Plan"]) == {"jobs"}


def test_there_are_queries_to_check() -> None:
    assert "commit_units" in QUERIES
    assert WHOLE.keys() <= QUERIES.keys()
