"""
The log of slow queries: name, duration and, if configured, the plan.

The conditions in a plan contain parameter values, so only its outline is logged: each node, its relation
or index, and the expected number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import asyncpg
import orjson
import structlog

from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import STORE_ERRORS

EXPLAIN_TIMEOUT_S = 1.0

_log = structlog.get_logger("postgres")


class SlowLog:
    """Logs a warning for each query over the limit."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._limit_s = settings.slow_query_s
        self._explains = settings.explain_slow

    def is_slow(self, duration_s: float) -> bool:
        return duration_s > self._limit_s

    async def log(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        query: str,
        values: Sequence[object],
        *,
        name: str,
        duration_s: float,
    ) -> None:
        """Log the query. If its plan cannot be obtained, the log line says so."""
        about: dict[str, object] = {"query": name, "duration_ms": round(duration_s * 1000, 1)}
        if self._explains:
            about["plan"] = await _plan(connection, query, values)
        _log.warning("slow query", **about)


async def _plan(
    connection: asyncpg.pool.PoolConnectionProxy, query: str, values: Sequence[object]
) -> list[str]:
    try:
        text = await connection.fetchval(
            f"EXPLAIN (FORMAT JSON) {query}", *values, timeout=EXPLAIN_TIMEOUT_S
        )
    except STORE_ERRORS as error:
        return [f"no plan: {type(error).__name__}"]
    return list(outline(orjson.loads(text)[0]["Plan"]))


def outline(node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """The plan without its conditions, one line per node."""
    over = node.get("Index Name") or node.get("Relation Name") or node.get("Function Name")
    words = [node["Node Type"], *([f"on {over}"] if over else []), f"rows={node['Plan Rows']}"]
    yield "  " * depth + " ".join(words)
    for below in node.get("Plans", ()):
        yield from outline(below, depth + 1)
