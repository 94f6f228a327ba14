"""Error budgets set by a test."""

from __future__ import annotations

from collections.abc import Sequence

from ports.error_budgets import ErrorBudget, ErrorBudgets, ErrorBudgetsUnavailable


class InMemoryErrorBudgets(ErrorBudgets):
    """With ``None``, the budgets are unavailable."""

    def __init__(self, budgets: Sequence[ErrorBudget] | None = ()) -> None:
        self.budgets = budgets

    async def current(self) -> Sequence[ErrorBudget]:
        if self.budgets is None:
            raise ErrorBudgetsUnavailable
        return sorted(self.budgets, key=lambda each: each.name)
