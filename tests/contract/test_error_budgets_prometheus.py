from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.prometheus.error_budgets import BURN, LEFT, OBJECTIVE, QUERY, PrometheusErrorBudgets
from ports.error_budgets import ErrorBudget, ErrorBudgets, ErrorBudgetsUnavailable
from tests.contract.error_budgets import LATENCY, ErrorBudgetsContract


def samples(budgets: Sequence[ErrorBudget]) -> Iterator[dict[str, Any]]:
    """As Prometheus answers an instant query; nothing that happened is no sample, or no number."""
    for budget in budgets:
        for name, number in (
            (OBJECTIVE, budget.objective),
            (LEFT, budget.left),
            (BURN, "NaN" if budget.burn_rate is None else budget.burn_rate),
        ):
            if number is not None:
                yield {
                    "metric": {"__name__": name, "slo": budget.name},
                    "value": [1_790_000_000.0, str(number)],
                }


async def asking(
    answer: Any, *, status: int = 200, url: str | None = None
) -> AsyncIterator[ErrorBudgets]:
    async def query(request: web.Request) -> web.Response:
        assert request.query["query"] == QUERY
        return web.json_response(answer, status=status)

    app = web.Application()
    app.router.add_get("/api/v1/query", query)
    async with TestServer(app, host="127.0.0.1") as server, aiohttp.ClientSession() as session:
        where = str(server.make_url("")).rstrip("/") if url is None else url
        yield PrometheusErrorBudgets(session, url=where)


class TestPrometheusBudgets(ErrorBudgetsContract):
    """Prometheus' HTTP API."""

    async def saying(self, budgets: Sequence[ErrorBudget] | None) -> AsyncIterator[ErrorBudgets]:
        found = {"status": "success", "data": {"resultType": "vector"}}
        found["data"]["result"] = list(samples(budgets or []))  # type: ignore[index]
        async for asked in asking(found, status=503 if budgets is None else 200):
            yield asked

    @pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": {"result": [{}]}}])
    async def test_an_answer_that_is_none_counts_as_none(self, answer: Any) -> None:
        async for budgets in asking(answer):
            with pytest.raises(ErrorBudgetsUnavailable):
                await budgets.current()

    async def test_without_a_prometheus_nobody_is_asked(self) -> None:
        async for budgets in asking({}, url=""):
            with pytest.raises(ErrorBudgetsUnavailable, match=r"metrics\.prometheus_url"):
                await budgets.current()

    async def test_what_is_no_promise_any_more_is_left_out(self) -> None:
        old = [each for each in samples([LATENCY]) if each["metric"]["__name__"] != OBJECTIVE]
        async for budgets in asking({"data": {"result": old}}):
            assert list(await budgets.current()) == []
