"""A run of reconciliation over all owners: how far it has come, and what it found."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.ids import FIRM, InvestorId, ProcessId


class RunScope(Enum):
    """``BALANCES`` looks at lines only where balances differ; ``COMPLETE`` matches every line."""

    BALANCES = "balances"
    COMPLETE = "complete"


class RunStage(Enum):
    RUNNING = "running"
    DONE = "done"


@attrs.frozen(kw_only=True)
class ReconciliationRun:
    """
    One run.

    ``after`` is the last owner that was compared. ``unreadable`` are readings that a provider did not
    answer, ``unsteady`` those in which balances moved; both are read again in the next run.
    """

    id: ProcessId
    scope: RunScope
    started_at: datetime
    investor_id: InvestorId = FIRM
    stage: RunStage = RunStage.RUNNING
    after: ProcessId | None = None
    owners: int = 0
    differences: int = 0
    unreadable: int = 0
    unsteady: int = 0
    ended_at: datetime | None = None
