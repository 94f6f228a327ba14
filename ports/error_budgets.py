"""What is left of what the house promises, as those who measure it say."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind, Severity


@attrs.frozen(kw_only=True)
class ErrorBudget:
    """
    One promise. Of all events the share ``objective`` must be good; the budget is the rest of them.

    ``left`` is the share of the budget that is left, below zero when more is used up than there was;
    ``burn_rate`` how many times faster than allowed it was used in the last hour. Both are ``None`` where
    nothing has happened that could be good or bad.
    """

    name: str
    objective: Decimal
    left: Decimal | None
    burn_rate: Decimal | None


class ErrorBudgetsUnavailable(DomainError):
    """The error budgets are not available: Prometheus is not configured or does not answer."""

    code = "ERR_1011"
    slug = "budgets-unavailable"
    kind = Kind.INTERNAL
    severity = Severity.WARNING
    retryable = True


class ErrorBudgets(Protocol):
    @abstractmethod
    async def current(self) -> Sequence[ErrorBudget]:
        """All of them by name. Raises ``ErrorBudgetsUnavailable``."""
