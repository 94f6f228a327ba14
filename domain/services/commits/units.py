"""Makes units of work: steps, with everything that is committed with them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from domain.audit.record import StaffAct
from domain.services.commits.auditing import audit, staff_record
from ports.idempotency import MakeRecord
from ports.processes import REQUEST, Claim, Step, UnitOfWork
from ports.request_context import RequestContext


def unit_of(
    steps: Sequence[Step],
    *,
    at: datetime,
    context: RequestContext,
    cause: str = REQUEST,
    done: Claim | None = None,
    idempotency: MakeRecord | None = None,
    act: StaffAct | None = None,
) -> UnitOfWork:
    """The steps with their audit records, the idempotency record, and the end of the claim ``done``."""
    actor = act.actor if act else None
    records = (audit(step, cause=cause, at=at, context=context, actor=actor) for step in steps)
    by_staff = (staff_record(act, at=at, context=context),) if act else ()
    return UnitOfWork(
        at=at,
        cause=cause,
        steps=tuple(steps),
        done=done,
        idempotency=idempotency([step.record for step in steps]) if idempotency else None,
        audit=(*by_staff, *itertools.chain.from_iterable(records)),
    )
