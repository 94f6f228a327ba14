"""``parked-jobs`` and ``resume-job``: jobs that could not be done, in a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from domain.ids import JobId
from domain.services.administration.parked_jobs import ParkedJobService


def add_to(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    add_parser("parked-jobs", help="list the jobs that could not be done").set_defaults(job=None)
    resume = add_parser("resume-job", help="have a parked job tried again")
    resume.add_argument("job", help="the id of the job")
    resume.add_argument("--reason", required=True, help="the reason, which the audit trail records")


async def report(jobs: ParkedJobService, options: argparse.Namespace) -> str:
    """Resume one job, or list those that are parked, and say so. Raises ``JobNotParked``."""
    if options.job is not None:
        await jobs.resume_from_terminal(JobId(options.job), reason=options.reason)
        return f"{options.job} is due"
    parked = await jobs.list()
    return "\n".join(f"{job.parked_at:%F %T} {job.kind} {job.id} {job.reason}" for job in parked)
