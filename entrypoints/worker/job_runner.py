"""Claims due jobs in batches and does them, many at a time."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Sequence

import structlog

from domain.errors import DomainError
from domain.ids import process_of
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.services.integration.jobs import AbandonedEffect, JobService
from entrypoints.log_levels import level_of
from entrypoints.settings import WorkerSettings
from entrypoints.worker.liveness import Touch, unwatched
from ports.clock import Clock
from ports.errors import StoreUnavailable
from ports.job_signal import JobSignal
from ports.jobs import Job
from ports.processes import Message

CLAIM_MAX = 64
GATHER_S = 0.005
LEASE_SHARE = 0.8
"""A job is stopped at this part of its lease, well before anybody else may claim it."""

_log = structlog.get_logger()


class JobRunner:
    """
    Keeps up to ``concurrency_max`` jobs going.

    A job that raises is a defect: it is logged, and claimed again when its lease is over. Killing the
    relay loses nothing for the same reason. No job outlives its lease, so that no effect is on its way
    twice at the same time.
    """

    def __init__(
        self,
        work: JobService,
        job_signal: JobSignal,
        clock: Clock,
        settings: WorkerSettings,
        *,
        touch: Touch = unwatched,
    ) -> None:
        self._jobs = work
        self._job_signal = job_signal
        self._clock = clock
        self._settings = settings
        self._touch = touch
        self._going: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """
        Work until cancelled; then nothing more is claimed, and what is under way has ``drain_s`` to finish.

        What has not finished by then is stopped, and claimed again when its lease is over.
        """
        try:
            while True:
                self._touch()
                await self._turn()
        finally:
            await self._drain()

    async def _drain(self) -> None:
        if self._going:
            _, late = await asyncio.wait(self._going, timeout=self._settings.drain_s)
            for task in late:
                task.cancel()
            if late:
                _log.warning("relay.drain_over", stopped=len(late))
                await asyncio.wait(late)

    async def _turn(self) -> None:
        free = self._settings.concurrency_max - len(self._going)
        if free <= 0:
            await asyncio.wait(self._going, return_when=asyncio.FIRST_COMPLETED)
            return
        wanted = min(free, CLAIM_MAX)
        if await self._claimed(wanted) < wanted:
            # There is no more. After the bell, a moment lets what comes together be claimed together.
            await self._job_signal.wait(self._settings.idle_s)
            await self._clock.sleep(GATHER_S)

    async def _claimed(self, wanted: int) -> int:
        """
        Claim jobs and start them; how many.

        A claim that is under way when we are told to stop is seen through, or its jobs would wait for
        the end of their lease.
        """
        claiming = asyncio.ensure_future(
            self._jobs.claim(limit=wanted, lease_s=self._settings.lease_s)
        )
        try:
            await asyncio.wait({claiming})
        finally:
            await asyncio.wait({claiming})
            jobs = _jobs(claiming)
            for job in jobs:
                self._start(job)
        return len(jobs)

    def _start(self, job: Job) -> None:
        context = contextvars.copy_context()
        task = asyncio.create_task(self._do(job, context), name=f"job {job.id}", context=context)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _do(self, job: Job, context: contextvars.Context) -> None:
        """``context`` is the task's own. The job is done in it, so what it binds is on our lines too."""
        structlog.contextvars.bind_contextvars(
            job=job.id, attempt=job.attempts, kind=job.kind, **_about(job)
        )
        try:
            given_up = await self._within_lease(job, context)
        except TimeoutError:
            _log.warning("relay.job_stopped")
        except DomainError as error:
            _log.log(max(level_of(error), logging.ERROR), "relay.job_raised", exc_info=True)
        except Exception:  # noqa: BLE001 - the last net: one job's defect must not stop the others
            _log.exception("relay.job_raised")
        else:
            _tell(given_up)

    async def _within_lease(self, job: Job, context: contextvars.Context) -> AbandonedEffect | None:
        """Raises ``TimeoutError`` for a job that was stopped; whoever claims it next looks first."""
        doing = asyncio.create_task(self._jobs.run(job), context=context)
        timer = asyncio.ensure_future(self._clock.sleep(LEASE_SHARE * self._settings.lease_s))
        try:
            await asyncio.wait({doing, timer}, return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise TimeoutError
        finally:
            timer.cancel()
            doing.cancel()
            await asyncio.wait({doing, timer})
        return doing.result()


def _jobs(claiming: asyncio.Future[Sequence[Job]]) -> Sequence[Job]:
    try:
        return claiming.result()
    except (StoreUnavailable, OSError) as error:
        _log.log(level_of(error), "relay.claim_failed", error=repr(error))
        return ()


def _tell(given_up: AbandonedEffect | None) -> None:
    """An effect that was refused is an answer; of one that is unknown nobody hears but by this line."""
    match given_up:
        case EffectUnknown(reason=reason):
            _log.error("relay.given_up", reason=reason)
        case EffectRefused(reason=reason):
            _log.warning("relay.refused", reason=reason)
        case None:
            _log.debug("relay.job_done")


def _about(job: Job) -> dict[str, str]:
    """The process that the job belongs to; what a message is about is only known when it has been read."""
    return {} if isinstance(job.work, Message) else {"process": process_of(job.work.reference)}
