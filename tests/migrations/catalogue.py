"""A database as text: everything that a migration can make, and every row."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

_CATALOGUE = """
    SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
     UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
       AND conrelid <> coalesce(to_regclass('schema_migrations'), 0)
     UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes
     WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
     UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
     UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL
    SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
"""
_TABLES = """
    SELECT tablename FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
     ORDER BY tablename
"""


async def schema(sql: asyncpg.Connection) -> set[str]:
    """Everything that a migration can make."""
    return {row[0] for row in await sql.fetch(_CATALOGUE)}


async def rows(sql: asyncpg.Connection) -> Mapping[str, str]:
    """A digest of the rows of each table that has some, whatever their order."""
    digests = {}
    for row in await sql.fetch(_TABLES):
        table = row["tablename"]
        digest = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
        if found := await sql.fetchval(digest):
            digests[table] = found
    return digests
