"""Runs periodic tasks, and tasks that must succeed once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum

import attrs
import structlog

from domain.errors import DomainError
from entrypoints.meter import UNMETERED, Meter
from entrypoints.worker.liveness import Touch, unwatched
from entrypoints.worker.outage_log import OutageLog
from ports.clock import Clock

RETRY_S = 2.0
RETRY_MAX_S = 300.0
DOUBLINGS_MAX = 16

PeriodicTask = Callable[[], Awaitable[object]]

_log = structlog.get_logger()


class TaskOutcome(Enum):
    """How one run of a task ended. ``FAILED`` is an expected error, ``BROKE`` a defect."""

    DONE = "done"
    FAILED = "failed"
    BROKE = "broke"


@attrs.frozen
class Scheduler:
    """
    A task that fails runs again at its next turn.

    A defect in one task does not end the others: it is logged and counted, and the task runs again after a
    pause that doubles with each further defect.
    """

    _clock: Clock
    _meter: Meter = UNMETERED

    async def forever(
        self, name: str, task: PeriodicTask, *, every_s: float, touch: Touch = unwatched
    ) -> None:
        """Run the task every ``every_s`` seconds until cancelled."""
        defects, outages = 0, OutageLog("chore.failed")
        while True:
            outcome = await self._run(name, task, outages)
            defects = defects + 1 if outcome is TaskOutcome.BROKE else 0
            touch()
            await self._clock.sleep(max(every_s, _pause_s(defects)))

    async def until_done(self, name: str, task: PeriodicTask) -> None:
        """Run the task until it succeeds once."""
        defects, outages = 0, OutageLog("chore.failed")
        while (outcome := await self._run(name, task, outages)) is not TaskOutcome.DONE:
            defects = defects + 1 if outcome is TaskOutcome.BROKE else 0
            await self._clock.sleep(max(RETRY_S, _pause_s(defects)))

    async def _run(self, name: str, task: PeriodicTask, outages: OutageLog) -> TaskOutcome:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(chore=name)
        outcome = await _outcome(task, outages)
        self._meter.periodic_task_ran(name, outcome=outcome.value)
        return outcome


async def _outcome(task: PeriodicTask, outages: OutageLog) -> TaskOutcome:
    try:
        await task()
    except (DomainError, OSError) as error:
        outages.failed(error)
        return TaskOutcome.FAILED
    except Exception:  # noqa: BLE001 - the last resort: one task's defect must not end the worker
        _log.exception("chore.broke")
        return TaskOutcome.BROKE
    outages.succeeded()
    return TaskOutcome.DONE


def _pause_s(defects: int) -> float:
    """0 without defects, then ``RETRY_S``, twice that, and so on up to ``RETRY_MAX_S``."""
    if not defects:
        return 0.0
    return min(RETRY_S * 2.0 ** min(defects - 1, DOUBLINGS_MAX), RETRY_MAX_S)
