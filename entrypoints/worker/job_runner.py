"""Claims due jobs in batches and runs many at a time."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections import Counter
from collections.abc import Mapping, Sequence

import structlog

from domain.errors import DomainError
from domain.ids import process_of
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.services.integration.job_endings import AbandonedEffect, JobParked
from domain.services.integration.jobs import JobService
from entrypoints.log_levels import level_of
from entrypoints.settings import WorkerSettings
from entrypoints.worker.liveness import Touch, unwatched
from entrypoints.worker.outage_log import OutageLog
from ports.clock import Clock
from ports.errors import StoreRefused, StoreUnavailable
from ports.job_signal import JobSignal
from ports.jobs import Job, Lane, Unreadable, lane_of
from ports.processes import LeaseLost, Message

CLAIM_MAX = 64
GATHER_S = 0.005
LEASE_SHARE = 0.8
"""A job is stopped after this share of its lease, well before another runner may claim it."""

_log = structlog.get_logger()


class JobRunner:
    """
    Runs up to ``concurrency_max`` jobs at a time, of which one lane has at most its share.

    A job that raises is a defect: it is logged, and claimed again when its lease ends. So is a job whose
    end could not be stored because the store is not available, which is no defect. For the same reason
    killing the runner loses nothing. No job outlives its lease, so no effect is requested twice at the same
    time.
    """

    def __init__(
        self,
        jobs: JobService,
        job_signal: JobSignal,
        clock: Clock,
        settings: WorkerSettings,
        *,
        touch: Touch = unwatched,
    ) -> None:
        self._jobs = jobs
        self._job_signal = job_signal
        self._clock = clock
        self._settings = settings
        self._touch = touch
        self._running: set[asyncio.Task[None]] = set()
        self._in_lanes: Counter[Lane] = Counter()
        self._claims = OutageLog("relay.claim_failed")

    async def run(self) -> None:
        """
        Run jobs until cancelled; then no more are claimed, and the running ones have ``drain_s`` to finish.

        Jobs that have not finished by then are stopped, and claimed again when their lease ends.
        """
        try:
            while True:
                self._touch()
                await self._claim_and_start()
        finally:
            await self._drain()

    async def _drain(self) -> None:
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=self._settings.drain_s)
            for task in late:
                task.cancel()
            if late:
                _log.warning("relay.drain_over", stopped=len(late))
                await asyncio.wait(late)

    async def _claim_and_start(self) -> None:
        free = self._settings.concurrency_max - len(self._running)
        if free <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return
        wanted = min(free, CLAIM_MAX)
        if await self._claimed(wanted) < wanted:
            # No more jobs are due. After a signal, a short wait lets jobs of one commit share a claim.
            await self._rest()
            await self._clock.sleep(GATHER_S)

    async def _rest(self) -> None:
        """Until there may be jobs; while a lane is full, also until a running job has ended."""
        signal = asyncio.ensure_future(self._job_signal.wait(self._settings.idle_s))
        ends = self._running if min(self._rooms().values()) <= 0 else ()
        try:
            await asyncio.wait({signal, *ends}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            signal.cancel()
            await asyncio.wait({signal})

    def _rooms(self) -> Mapping[Lane, int]:
        """How many more jobs of each lane may run."""
        places = max(1, int(self._settings.lane_share * self._settings.concurrency_max))
        return {lane: max(places - self._in_lanes[lane], 0) for lane in Lane}

    async def _claimed(self, wanted: int) -> int:
        """
        Claim jobs, start them, and return how many.

        A claim that is running when the runner is cancelled is completed; otherwise its jobs would wait
        until their leases end.
        """
        began = self._clock.monotonic()
        claiming = asyncio.ensure_future(
            self._jobs.claim(limit=wanted, lease_s=self._settings.lease_s, rooms=self._rooms())
        )
        try:
            await asyncio.wait({claiming})
        finally:
            await asyncio.wait({claiming})
            jobs = self._jobs_of(claiming)
            for job in jobs:
                self._start(job, ends=began + LEASE_SHARE * self._settings.lease_s)
        return len(jobs)

    def _jobs_of(self, claiming: asyncio.Future[Sequence[Job]]) -> Sequence[Job]:
        try:
            jobs = claiming.result()
        except (StoreUnavailable, StoreRefused, OSError) as error:
            self._claims.failed(error)
            return ()
        self._claims.succeeded()
        return jobs

    def _start(self, job: Job, *, ends: float) -> None:
        context = contextvars.copy_context()
        task = asyncio.create_task(
            self._run_job(job, context, ends), name=f"job {job.id}", context=context
        )
        lane = lane_of(job.work)
        self._running.add(task)
        self._in_lanes[lane] += 1
        task.add_done_callback(lambda done: self._ended(done, lane))

    def _ended(self, task: asyncio.Task[None], lane: Lane) -> None:
        self._running.discard(task)
        self._in_lanes[lane] -= 1

    async def _run_job(self, job: Job, context: contextvars.Context, ends: float) -> None:
        """Run the job in ``context``, that of this task, so that our log lines have what the job binds."""
        structlog.contextvars.bind_contextvars(
            job=job.id, attempt=job.attempts, kind=job.kind, **_about(job)
        )
        try:
            abandoned = await self._within_lease(job, context, ends)
        except TimeoutError:
            _log.warning("relay.job_stopped")
        except JobParked as error:
            _log.error("relay.job_parked", error=error.detail)
        except LeaseLost as error:
            _log.warning("relay.lease_lost", error=error.detail)
        except StoreUnavailable as error:
            _log.warning("relay.job_interrupted", error=repr(error))
        except DomainError as error:
            level = max(level_of(error), logging.ERROR)
            _log.log(level, "relay.job_raised", error=repr(error), exc_info=job.tries == 1)
        except Exception as error:  # noqa: BLE001 - the last resort: one job's defect must not stop the others
            _log.error("relay.job_raised", error=repr(error), exc_info=job.tries == 1)
        else:
            _log_outcome(abandoned)

    async def _within_lease(
        self, job: Job, context: contextvars.Context, ends: float
    ) -> AbandonedEffect | None:
        """
        Run the job until the monotonic time ``ends``, which is counted from before the claim was sent.

        Raises ``TimeoutError`` for a job that was stopped; its effect is looked up before a retry.
        """
        if (left_s := ends - self._clock.monotonic()) <= 0:
            raise TimeoutError
        running = asyncio.create_task(self._jobs.run(job), context=context)
        timer = asyncio.ensure_future(self._clock.sleep(left_s))
        try:
            await asyncio.wait({running, timer}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                raise TimeoutError
        finally:
            timer.cancel()
            running.cancel()
            await asyncio.wait({running, timer})
        return running.result()


def _log_outcome(abandoned: AbandonedEffect | None) -> None:
    """A refused effect is an answer; of an unknown one this log line is the only report."""
    match abandoned:
        case EffectUnknown(reason=reason):
            _log.error("relay.given_up", reason=reason)
        case EffectRefused(reason=reason):
            _log.warning("relay.refused", reason=reason)
        case None:
            _log.debug("relay.job_done")


def _about(job: Job) -> dict[str, str]:
    """The process of the job; that of a message is not known before the message is translated."""
    if isinstance(job.work, Message | Unreadable):
        return {}
    return {"process": process_of(job.work.reference)}
