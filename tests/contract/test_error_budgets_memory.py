from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from adapters.memory.error_budgets import InMemoryErrorBudgets
from ports.error_budgets import ErrorBudget, ErrorBudgets
from tests.contract.error_budgets import ErrorBudgetsContract


class TestInMemoryBudgets(ErrorBudgetsContract):
    """What a test has said."""

    async def saying(self, budgets: Sequence[ErrorBudget] | None) -> AsyncIterator[ErrorBudgets]:
        yield InMemoryErrorBudgets(budgets)
