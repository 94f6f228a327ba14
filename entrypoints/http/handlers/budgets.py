"""What is left of what the house promises."""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer
from entrypoints.http.views.budgets import BudgetsView, BudgetView


async def show(request: web.Request) -> web.Response:
    """Show what is left of the budget of each promise, as Prometheus measures it."""
    budgets = await application(request).error_budgets.current()
    return answer(BudgetsView(items=[BudgetView.of(budget) for budget in budgets]))
