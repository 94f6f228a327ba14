"""Limits by count, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from domain.processes.decision import Process
from ports.counts import CountExceeded, CountLimit
from ports.processes import Step, Versioned


def require_few(
    limits: Iterable[CountLimit], stored: Iterable[Versioned[Process]], steps: Iterable[Step]
) -> None:
    """Raises ``CountExceeded`` when there would be more after the steps."""
    limits = tuple(limits)
    if not limits:
        return
    after = {each.record.id: each.record for each in stored}
    after |= {step.record.id: step.record for step in steps}
    for limit in limits:
        counted = [
            record
            for record in after.values()
            if isinstance(record, limit.kind)
            and record.investor_id == limit.investor_id
            and record.stage.value == limit.stage
        ]
        if len(counted) > limit.most:
            raise CountExceeded
