"""What one act commits beside its steps."""

from __future__ import annotations

import itertools
from datetime import datetime

import attrs

from domain.audit.record import StaffAct
from domain.ids import JobId
from domain.services.commits.auditing import audit, staff_record
from ports.origins import Origin
from ports.processes import REQUEST, Step, Unit
from ports.receipts import Sealing


@attrs.frozen(kw_only=True)
class Errand:
    """Where a fact came from, and what is committed along with it."""

    cause: str = REQUEST
    done: JobId | None = None
    receipt: Sealing | None = None
    act: StaffAct | None = None

    def unit(self, *steps: Step, at: datetime, origin: Origin) -> Unit:
        actor = self.act.actor if self.act else None
        records = (
            audit(step, cause=self.cause, at=at, origin=origin, actor=actor) for step in steps
        )
        by_staff = (staff_record(self.act, at=at, origin=origin),) if self.act else ()
        return Unit(
            at=at,
            cause=self.cause,
            steps=steps,
            done=self.done,
            receipt=self.receipt([step.record for step in steps]) if self.receipt else None,
            audit=(*by_staff, *itertools.chain.from_iterable(records)),
        )
