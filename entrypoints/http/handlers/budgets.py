"""What is left of what the house promises."""

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
    One promise: the share ``objective`` of all events must be good.

    Of what may be bad in 30 days the share ``budget_left`` is left; below 0 more than all is used up.
    ``burn_rate`` is how many times faster than allowed it was used in the last hour. ``null``: nothing has
    happened.
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
    """What is left of each promise."""

    items: Sequence[BudgetView]


def _text(number: Decimal) -> DecimalText:
    """To four digits after the point; it is measured, not counted."""
    return DecimalText(f"{number:.4f}")


async def show(request: web.Request) -> web.Response:
    """Show what is left of the budget of each promise, as Prometheus measures it."""
    budgets = await application(request).error_budgets.current()
    return answer(BudgetsView(items=[BudgetView.of(budget) for budget in budgets]))
