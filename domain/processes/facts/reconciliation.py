"""What reconciliation finds, and what staff do about it."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.ids import InvestorId, ProcessId
from domain.reconciliation.difference import Difference


@attrs.frozen(kw_only=True)
class DifferenceSeen:
    """The difference stands at ``at``; ``is_due`` once it has stood longer than the grace period."""

    difference: Difference
    at: datetime
    is_due: bool = False


@attrs.frozen(kw_only=True)
class DifferenceGone:
    """The two books agree again."""

    at: datetime


@attrs.frozen(kw_only=True)
class BreakAssigned:
    """Staff made ``to`` responsible."""

    to: InvestorId


@attrs.frozen(kw_only=True)
class OwnersReconciled:
    """A slice of owners was compared; ``is_last`` when there are no more."""

    at: datetime
    after: ProcessId | None
    owners: int
    differences: int
    unreadable: int
    unsteady: int
    is_last: bool


BreakFact = DifferenceSeen | DifferenceGone | BreakAssigned
RunFact = OwnersReconciled
