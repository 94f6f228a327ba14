"""Error budgets recorded by Prometheus with the rules that `make slo` generates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import aiohttp
import orjson

from ports.error_budgets import ErrorBudget, ErrorBudgets, ErrorBudgetsUnavailable

OBJECTIVE, LEFT, BURN = "slo:objective:ratio", "slo:budget_left:ratio", "slo:burn_rate:1h"
QUERY = f'{{__name__=~"{OBJECTIVE}|{LEFT}|{BURN}"}}'
LIMIT = aiohttp.ClientTimeout(total=3.0)
BYTES_MAX = 2**20
_FAILURES = (TimeoutError, aiohttp.ClientError, ArithmeticError, LookupError, TypeError, ValueError)
"""Raised when there is no response, or it is not Prometheus'."""


class PrometheusErrorBudgets(ErrorBudgets):
    """``url`` is Prometheus' address; without it, ``current`` raises ``ErrorBudgetsUnavailable``."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str) -> None:
        self._session = session
        self._url = url

    async def current(self) -> Sequence[ErrorBudget]:
        if not self._url:
            raise ErrorBudgetsUnavailable("no Prometheus is configured (metrics.prometheus_url)")
        try:
            return _budgets(await self._ask())
        except _FAILURES as error:
            raise ErrorBudgetsUnavailable("Prometheus did not answer") from error

    async def _ask(self) -> Sequence[Mapping[str, Any]]:
        async with self._session.get(
            f"{self._url}/api/v1/query",
            params={"query": QUERY},
            timeout=LIMIT,
            raise_for_status=True,
        ) as response:
            document = orjson.loads(await response.content.read(BYTES_MAX))
        found: Sequence[Mapping[str, Any]] = document["data"]["result"]
        return found


def _budgets(samples: Sequence[Mapping[str, Any]]) -> Sequence[ErrorBudget]:
    """Series without an objective are skipped: their objective was removed."""
    values: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    for sample in samples:
        labels = sample["metric"]
        values[labels["slo"]][labels["__name__"]] = _number(sample["value"][1])
    return [
        ErrorBudget(name=name, objective=objective, left=its.get(LEFT), burn_rate=its.get(BURN))
        for name, its in sorted(values.items())
        if (objective := its.get(OBJECTIVE)) is not None
    ]


def _number(text: str) -> Decimal | None:
    """``NaN`` and infinities mean that the value is not known."""
    number = Decimal(text)
    return number if number.is_finite() else None
