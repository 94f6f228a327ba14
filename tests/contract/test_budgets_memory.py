from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from adapters.memory.budgets import InMemoryBudgets
from ports.budgets import Budget, Budgets
from tests.contract.budgets import BudgetsContract


class TestInMemoryBudgets(BudgetsContract):
    """What a test has said."""

    async def saying(self, budgets: Sequence[Budget] | None) -> AsyncIterator[Budgets]:
        yield InMemoryBudgets(budgets)
