"""What is left of the promises can be asked for, or it is said that it cannot."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import pytest

from ports.error_budgets import ErrorBudget, ErrorBudgets, ErrorBudgetsUnavailable

LATENCY = ErrorBudget(
    name="api-latency", objective=Decimal("0.95"), left=Decimal("0.6"), burn_rate=Decimal("0.4")
)
ERRORS = ErrorBudget(
    name="api-errors", objective=Decimal("0.99"), left=Decimal("-0.5"), burn_rate=Decimal("15.0")
)
QUIET = ErrorBudget(name="deposit-latency", objective=Decimal("0.95"), left=None, burn_rate=None)


class ErrorBudgetsContract:
    """``saying`` makes budgets of what was measured; ``None``: whoever measures is away."""

    @abstractmethod
    def saying(self, budgets: Sequence[ErrorBudget] | None) -> AsyncIterator[ErrorBudgets]: ...

    async def test_all_are_told_by_name(self) -> None:
        async for budgets in self.saying([QUIET, LATENCY, ERRORS]):
            assert list(await budgets.current()) == [ERRORS, LATENCY, QUIET]

    async def test_nothing_measured_is_nothing_told(self) -> None:
        async for budgets in self.saying([]):
            assert list(await budgets.current()) == []

    async def test_it_is_said_when_nobody_can_be_asked(self) -> None:
        async for budgets in self.saying(None):
            with pytest.raises(ErrorBudgetsUnavailable):
                await budgets.current()
