"""
How the claim of a job ends when its work is not done.

The job is postponed, a bounded number of times; then a person takes over: its process, when the outcome of
its effect is declared unknown, or else the job itself, which is parked.
"""

from __future__ import annotations

import attrs

from domain.errors import DomainError, Kind, Severity, name_of
from domain.ids import Reference, process_of
from domain.processes.dispatch import decide
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.instructions import LookUp
from domain.processes.retry_policy import RetryPolicy
from domain.services.commits.processes import ProcessService
from domain.services.commits.steps import is_unchanged
from ports.errors import ProviderError, ProviderThrottled
from ports.ids import Ids
from ports.jobs import Job, Jobs, Unreadable
from ports.processes import LeaseLost, Message, Processes

DEFECTS_MAX = 5
"""The tries of a job that raises what no repetition is known to help against."""

AbandonedEffect = EffectRefused | EffectUnknown


class JobParked(DomainError):
    """A job could not be done after many tries. It is parked until staff resume it."""

    code = "ERR_4303"
    slug = "job-parked"
    kind = Kind.INTERNAL
    severity = Severity.ERROR


@attrs.frozen
class JobEndings:
    _jobs: Jobs
    _processes: Processes
    _commits: ProcessService
    _ids: Ids
    _retries: RetryPolicy

    async def postpone(
        self, job: Job, wait_s: float, error: Exception | None, *, has_progressed: bool = False
    ) -> None:
        """``error`` is ``None`` when there was none, but no outcome either. Raises ``LeaseLost``."""
        reason = _told(error) if error else "no outcome yet"
        await self._jobs.postpone(
            job.claim, wait_s=wait_s, reason=reason, has_progressed=has_progressed
        )

    async def retry(
        self, job: Job, error: Exception, *, tries_max: int, wait_s: float | None = None
    ) -> EffectUnknown | None:
        """Postpone the job, and give it up after ``tries_max`` tries; raises as ``give_up``."""
        if job.tries >= tries_max:
            return await self.give_up(job, _told(error))
        await self.postpone(job, self._wait_s(job, error) if wait_s is None else wait_s, error)
        return None

    async def wait(self, job: Job, error: Exception, *, attempts_max: int) -> EffectUnknown | None:
        """Postpone the job without using up a try, as nothing is wrong with it; raises as ``give_up``."""
        if job.attempts >= attempts_max:
            return await self.give_up(job, _told(error))
        wait_s = self._retries.before_retry(job.attempts)
        await self.postpone(job, wait_s, error, has_progressed=True)
        return None

    async def after(self, job: Job, error: Exception) -> EffectUnknown | None:
        """
        What becomes of a job that raised ``error``; raises as ``give_up``.

        Raises the error itself, once the job is postponed, if it is a defect.
        """
        if isinstance(error, ProviderError) or (isinstance(error, DomainError) and error.retryable):
            return await self.retry(job, error, tries_max=self._retries.attempts_max)
        abandoned = await self.retry(job, error, tries_max=DEFECTS_MAX)
        if abandoned is None:
            raise error
        return abandoned

    async def give_up(self, job: Job, reason: str) -> EffectUnknown:
        """
        Hand the job's process to a person, or else the job itself.

        Raises ``LeaseLost``, and ``JobParked`` when there is no process or the fact does not stop it.
        """
        if isinstance(job.work, Message | Unreadable):
            raise await self._parked(job, reason)
        about = job.work.about if isinstance(job.work, LookUp) else job.work.reference
        unknown = EffectUnknown(reference=about, reason=reason)
        try:
            found = await self._processes.get(process_of(about))
            if found is not None and not is_unchanged(found, decide(found.record, unknown)):
                await self.conclude(job, about, unknown)
                return unknown
        except LeaseLost:
            raise
        except Exception as error:
            raise await self._parked(job, f"{reason}; {_told(error)}") from error
        raise await self._parked(job, reason)

    async def conclude(self, job: Job, about: Reference, fact: Fact) -> None:
        """Commit the fact and the job's end together."""
        await self._commits.apply_external(process_of(about), fact, cause=job.id, done=job.claim)

    async def _parked(self, job: Job, reason: str) -> JobParked:
        parked = JobParked(f"{job.id}, tried {job.tries} times: {reason}")
        await self._jobs.park(job.claim, reason=_told(parked))
        return parked

    def _wait_s(self, job: Job, error: Exception) -> float:
        wait_s = self._retries.before_retry(job.tries)
        if isinstance(error, ProviderThrottled):
            wait_s = max(wait_s, error.retry_after_s)
        return wait_s * (1 + self._ids.fraction() / 4)


def _told(error: Exception) -> str:
    if isinstance(error, DomainError):
        return f"{name_of(type(error))}: {error.detail}"
    return repr(error)
