"""Jobs that could not be done and wait for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from aiohttp import web

from domain.ids import JobId, ProcessId
from entrypoints.http.app_keys import SESSION, application
from entrypoints.http.bodies import answer, read
from entrypoints.http.handlers.admin_investors import ReasonBody
from entrypoints.http.handlers.admin_state import WaitingView
from ports.jobs import ParkedJob


@attrs.frozen(kw_only=True)
class ParkedJobView:
    """``process_id`` is null for a provider's message; ``reason`` is the error of the last try."""

    id: str
    kind: str
    process_id: ProcessId | None
    attempts: int
    created_at: datetime
    parked_at: datetime
    reason: str

    @classmethod
    def of(cls, job: ParkedJob) -> ParkedJobView:
        return cls(**attrs.asdict(job))


@attrs.frozen(kw_only=True)
class ParkedJobsView:
    """How many jobs are parked, and the 100 that have been parked longest."""

    waiting: WaitingView
    items: Sequence[ParkedJobView]


@attrs.frozen(kw_only=True)
class ResumedView:
    """The job that is due again."""

    id: str


async def parked(request: web.Request) -> web.Response:
    """List the jobs that could not be done and are not tried again."""
    jobs = application(request).parked_jobs
    count, listed = await jobs.count(), await jobs.list()
    waiting = WaitingView(depth=count.count, age_s=int(count.oldest_s))
    return answer(
        ParkedJobsView(waiting=waiting, items=[ParkedJobView.of(each) for each in listed])
    )


async def resume(request: web.Request) -> web.Response:
    """Have a parked job tried again at once."""
    body = await read(request, ReasonBody)
    job_id = JobId(request.match_info["job_id"])
    await application(request).parked_jobs.resume(job_id, by=request[SESSION], reason=body.reason)
    return answer(ResumedView(id=job_id))
