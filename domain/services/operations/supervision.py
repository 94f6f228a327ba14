"""Finds open processes that are too old, or that no job works on, and has them taken care of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import attrs

from domain.processes.age_limits import HOUR_S, AgeLimits
from domain.processes.facts.effects import Overdue, Unattended
from domain.services.commits.processes import ProcessService
from ports.backlog import Backlog, Waiting
from ports.clock import Clock

CAUSE = "supervision"
FOUND_MAX = 100
"""The most processes of each sort that one run takes care of."""

SETTLED = timedelta(seconds=60)
"""How long ago the last step of a process must be before it is missed that no job works on it."""


@attrs.frozen(kw_only=True)
class Supervised:
    """What one run found and took care of."""

    overdue: Sequence[Waiting]
    unattended: Sequence[Waiting]


@attrs.frozen
class SupervisionService:
    _backlog: Backlog
    _commits: ProcessService
    _clock: Clock
    _limits: AgeLimits

    async def run(self) -> Supervised:
        """
        Send overdue processes to review, and order the look-ups of those that nothing works on.

        The overdue come first: they may be in review when the others are looked for.
        """
        limits_s, now = self._limits.seconds(), self._clock.now()
        overdue = await self._backlog.overdue(limits_s, at=now, limit=FOUND_MAX)
        for each in overdue:
            hours = limits_s[each.kind, each.stage] // HOUR_S
            reason = f"no outcome for too long: {each.stage} for more than {hours} h"
            fact = Overdue(stage=each.stage, reason=reason)
            await self._commits.apply(each.id, fact, cause=CAUSE)
        unattended = await self._backlog.unattended(
            list(limits_s), before=now - SETTLED, limit=FOUND_MAX
        )
        for each in unattended:
            await self._commits.apply(each.id, Unattended(stage=each.stage), cause=CAUSE)
        return Supervised(overdue=overdue, unattended=unattended)
