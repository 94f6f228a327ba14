"""Budgets that a test has said."""

from __future__ import annotations

from collections.abc import Sequence

from ports.budgets import Budget, Budgets, BudgetsUnavailable


class InMemoryBudgets(Budgets):
    """``None``: there is nobody to be asked."""

    def __init__(self, budgets: Sequence[Budget] | None = ()) -> None:
        self.budgets = budgets

    async def current(self) -> Sequence[Budget]:
        if self.budgets is None:
            raise BudgetsUnavailable
        return sorted(self.budgets, key=lambda each: each.name)
