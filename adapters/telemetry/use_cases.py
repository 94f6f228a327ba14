"""Spans of use cases; those of jobs and feed events have messaging attributes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import attrs
from opentelemetry.context import Context
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Tracer

from adapters.telemetry.context import is_unsampled, read
from adapters.telemetry.observed import Call, Trigger
from adapters.telemetry.spans import SpanSpec, opened
from ports.jobs import Job

ATTEMPT = "stack.job.attempt"

_NO_SPAN = nullcontext(INVALID_SPAN)


@attrs.frozen(kw_only=True)
class TracedJob(Job):
    """A job with the context of the trace in which it was created, as stored in its row."""

    trace: str | None = None


class UseCaseSpans:
    """
    An observer of use cases.

    A job continues the trace in which it was created, in any worker. A feed event begins a new trace, to
    which the traces of the processes that it concerns are linked.
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def __call__(self, call: Call) -> AbstractContextManager[Span]:
        match call.trigger:
            case Trigger.JOB:
                return opened(self._tracer, _job_span(call.arguments["job"]))
            case Trigger.EVENT:
                return opened(self._tracer, _event_span(call.arguments["feed"]))
            case _ if is_unsampled():
                return _NO_SPAN
            case _:
                return opened(self._tracer, SpanSpec(name=call.operation))


def _job_span(job: Job) -> SpanSpec:
    return SpanSpec(
        name=f"process {job.kind}",
        kind=SpanKind.CONSUMER,
        context=read(job.trace if isinstance(job, TracedJob) else None),
        attributes={
            messaging.MESSAGING_SYSTEM: "postgresql",
            messaging.MESSAGING_DESTINATION_NAME: "jobs",
            messaging.MESSAGING_OPERATION_TYPE: "process",
            messaging.MESSAGING_OPERATION_NAME: job.kind,
            messaging.MESSAGING_MESSAGE_ID: job.id,
            ATTEMPT: job.attempts,
        },
    )


def _event_span(feed: str) -> SpanSpec:
    return SpanSpec(
        name=f"receive {feed}",
        kind=SpanKind.CONSUMER,
        context=Context(),
        attributes={
            messaging.MESSAGING_SYSTEM: "sse",
            messaging.MESSAGING_DESTINATION_NAME: feed,
            messaging.MESSAGING_OPERATION_TYPE: "receive",
        },
    )
