"""
The log of slow queries: name, duration and, on demand, the plan.

A plan made for values shows them in its conditions. What is logged is its outline: which node, over what,
and how many rows were expected. No value of a parameter is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import asyncpg
import orjson
import structlog

from adapters.postgres.settings import PostgresSettings
from adapters.postgres.sqlstate_errors import AWAY

EXPLAIN_TIMEOUT_S = 1.0

_log = structlog.get_logger("postgres")


class SlowLog:
    """A warning for each query over the limit."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._limit_s = settings.slow_query_s
        self._explains = settings.explain_slow

    def is_slow(self, duration_s: float) -> bool:
        return duration_s > self._limit_s

    async def tell(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        query: str,
        values: Sequence[object],
        *,
        name: str,
        duration_s: float,
    ) -> None:
        """Log it. A plan that cannot be had is no reason to fail."""
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
    except AWAY as error:
        return [f"no plan: {type(error).__name__}"]
    return list(outline(orjson.loads(text)[0]["Plan"]))


def outline(node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """The plan, a line for each node, without its conditions."""
    over = node.get("Index Name") or node.get("Relation Name") or node.get("Function Name")
    words = [node["Node Type"], *([f"on {over}"] if over else []), f"rows={node['Plan Rows']}"]
    yield "  " * depth + " ".join(words)
    for below in node.get("Plans", ()):
        yield from outline(below, depth + 1)
