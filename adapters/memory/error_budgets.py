"""Budgets that a test has said."""

from __future__ import annotations

from collections.abc import Sequence

from ports.error_budgets import ErrorBudget, ErrorBudgets, ErrorBudgetsUnavailable


class InMemoryErrorBudgets(ErrorBudgets):
    """``None``: there is nobody to be asked."""

    def __init__(self, budgets: Sequence[ErrorBudget] | None = ()) -> None:
        self.budgets = budgets

    async def current(self) -> Sequence[ErrorBudget]:
        if self.budgets is None:
            raise ErrorBudgetsUnavailable
        return sorted(self.budgets, key=lambda each: each.name)
