"""The error budgets of the service level objectives."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

import attrs
from aiohttp import web

from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer
from entrypoints.http.parsing import DecimalText
from ports.error_budgets import ErrorBudget


@attrs.frozen(kw_only=True)
class BudgetView:
    """
    One objective: the share ``objective`` of all events must be good.

    ``budget_left`` is the share of the 30-day error budget that is left; it is negative when the budget is
    overspent. ``burn_rate`` is how many times faster than allowed it was spent in the last hour. Both are
    null when there were no events.
    """

    name: str
    objective: DecimalText
    budget_left: DecimalText | None
    burn_rate: DecimalText | None

    @classmethod
    def of(cls, budget: ErrorBudget) -> Self:
        return cls(
            name=budget.name,
            objective=_text(budget.objective),
            budget_left=None if budget.left is None else _text(budget.left),
            burn_rate=None if budget.burn_rate is None else _text(budget.burn_rate),
        )


@attrs.frozen(kw_only=True)
class BudgetsView:
    """The error budget of each objective."""

    items: Sequence[BudgetView]


def _text(number: Decimal) -> DecimalText:
    """Rounded to four decimals: it is a measurement."""
    return DecimalText(f"{number:.4f}")


async def show(request: web.Request) -> web.Response:
    """Show what is left of each error budget, as measured by Prometheus."""
    budgets = await application(request).error_budgets.current()
    return answer(BudgetsView(items=[BudgetView.of(budget) for budget in budgets]))
