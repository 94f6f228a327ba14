"""The error budgets of our service level objectives, as measured by the metrics store."""

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
    One objective: the share ``objective`` of all events must be good; the budget is the rest.

    ``left`` is the share of the budget that is left, negative when it is overspent; ``burn_rate`` is how
    many times faster than allowed it was spent in the last hour. Both are ``None`` when there were no
    events.
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
        """All error budgets, by name. Raises ``ErrorBudgetsUnavailable``."""
