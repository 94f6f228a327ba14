"""
A database as it is after a year: every table that grows has many rows, in proportions that are near life.

A table that is not named here is filled by the types of its columns, so a new migration needs nothing here
unless a query of it depends on how the values are spread.
"""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

ROWS = 10_000
SMALL: Mapping[str, str] = {
    "account_roles": "the roles are listed in a migration",
    "cursors": "one row a feed",
    "schema_migrations": "one row a migration",
}
"""Tables that stay small however long the system runs, and why."""

SPREAD: Mapping[str, str] = {
    "processes.kind": "(ARRAY['Deposit', 'Withdrawal', 'Order', 'Wallet', 'Session'])[1 + g % 5]",
    "processes.stage": "(ARRAY['active', 'failed', 'filled', 'ended'])[1 + g % 4]",
    "processes.investor_id": "md5((g % 2000)::text)::uuid::text",
    "processes.group_id": "CASE WHEN g % 10 = 0 THEN md5((g / 50)::text)::uuid END",
    "process_steps.process_id": "md5((g / 4)::text)::uuid",
    "process_steps.version": "g % 4",
    "entries.process_id": "md5((g / 3)::text)::uuid",
    "jobs.process_id": "md5((g / 4)::text)::uuid",
    "jobs.done_at": "CASE WHEN g % 200 > 0 THEN now() END",
    "accounts.owner": "md5((g % 2000)::text)",
    "account_changes.account": "(g % 20)::text",
    "audit_seals.block": "g / 100",
}
"""SQL for the value of a column in row ``g`` where its type alone would not do."""

_BY_TYPE: Mapping[str, str] = {
    "uuid": "md5(g::text)::uuid",
    "text": "g::text",
    "character varying": "g::text",
    "jsonb": "jsonb_build_object('filler', repeat('x', 250))",
    "bytea": "'\\x00'::bytea",
    "boolean": "g % 2 = 0",
    "timestamp with time zone": "now() - make_interval(secs => g)",
    "smallint": "(g % 1000)::smallint",
    "integer": "g::integer",
    "bigint": "g::bigint",
    "numeric": "g::numeric",
    "double precision": "g::double precision",
    "date": "current_date - (g % 3650)",
    "ARRAY": "'{}'",
}
_COLUMNS = """
    SELECT table_name, column_name, data_type
      FROM information_schema.columns
      JOIN pg_tables ON schemaname = table_schema AND tablename = table_name
     WHERE table_schema = 'public'
       AND is_generated = 'NEVER'
       AND identity_generation IS DISTINCT FROM 'ALWAYS'
     ORDER BY table_name, ordinal_position
"""
_CHECKS = """
    SELECT conrelid::regclass::text AS table_name, conname
      FROM pg_constraint
     WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""


async def grow(sql: asyncpg.Connection) -> tuple[str, ...]:
    """Fill every table that grows, without the rules that its rows would break; their names."""
    columns: dict[str, dict[str, str]] = {}
    for row in await sql.fetch(_COLUMNS):
        columns.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    growing = tuple(name for name in columns if name not in SMALL)
    for row in await sql.fetch(_CHECKS):
        await sql.execute(f'ALTER TABLE {row["table_name"]} DROP CONSTRAINT "{row["conname"]}"')
    await sql.execute("SET session_replication_role = replica")
    for table in growing:
        await sql.execute(_filling(table, columns[table]))
    await sql.execute("RESET session_replication_role")
    await sql.execute("ANALYZE")
    return growing


def _filling(table: str, types: Mapping[str, str]) -> str:
    names = ", ".join(f'"{name}"' for name in types)
    values = ", ".join(SPREAD.get(f"{table}.{n}") or _BY_TYPE[t] for n, t in types.items())
    rows = f"generate_series(1, {ROWS}) AS g"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {rows} ON CONFLICT DO NOTHING"
