"""Metrics of use cases: jobs, feed events and webhooks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from adapters.metrics.families import counter, histogram
from adapters.telemetry.observed import Call, Trigger
from domain.errors import name_of
from ports.clock import Clock
from ports.jobs import Job

JOB_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
LAG_BUCKETS_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
ACCEPTED = "accepted"

_CROCKFORD = {digit: value for value, digit in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_ULID_LENGTH = 26
_ULID_TIME_LENGTH = 10
_NOTHING = nullcontext()


class UseCaseMetrics:
    """An observer of use cases."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        self._clock = clock
        self._jobs = histogram(
            registry,
            "stack_job_duration_seconds",
            "Duration of one try of a job: done (or postponed), stopped, or raised",
            ("kind", "outcome"),
            buckets=JOB_BUCKETS_S,
        )
        self._lag = histogram(
            registry,
            "stack_feed_lag_seconds",
            "Time from the creation of an event at the provider until it was applied",
            ("feed",),
            buckets=LAG_BUCKETS_S,
        )
        self._webhooks = counter(
            registry,
            "stack_webhook_verdicts",
            "Webhooks by verdict: accepted, or the error they were rejected with",
            ("source", "verdict"),
        )

    def __call__(self, call: Call) -> AbstractContextManager[object]:
        given = call.arguments
        match call.trigger:
            case Trigger.JOB:
                job: Job = given["job"]
                return self._job(job.kind)
            case Trigger.EVENT:
                return self._event(given["feed"], given["event"].position)
            case Trigger.WEBHOOK:
                return self._webhook(given["source"])
            case None:
                return _NOTHING

    @contextmanager
    def _job(self, kind: str) -> Iterator[None]:
        began, outcome = time.perf_counter(), "done"
        try:
            yield
        except asyncio.CancelledError:
            outcome = "stopped"
            raise
        except Exception:
            outcome = "raised"
            raise
        finally:
            self._jobs.at(kind, outcome).observe(time.perf_counter() - began)

    @contextmanager
    def _event(self, feed: str, position: str) -> Iterator[None]:
        yield
        created_at = time_of(position)
        if created_at is not None:
            lag_s = (self._clock.now() - created_at).total_seconds()
            self._lag.at(feed).observe(max(0.0, lag_s))

    @contextmanager
    def _webhook(self, source: str) -> Iterator[None]:
        verdict = ACCEPTED
        try:
            yield
        except Exception as error:
            verdict = name_of(type(error))
            raise
        finally:
            self._webhooks.at(source, verdict).inc()


def time_of(position: str) -> datetime | None:
    """The time in a ULID, whose first ten characters are milliseconds; ``None`` if it is no ULID."""
    digits = [_CROCKFORD.get(digit) for digit in position[:_ULID_TIME_LENGTH].upper()]
    if len(position) != _ULID_LENGTH or None in digits:
        return None
    milliseconds = 0
    for digit in digits:
        milliseconds = milliseconds * 32 + (digit or 0)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError):
        return None
