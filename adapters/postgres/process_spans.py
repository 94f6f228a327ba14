"""
The trace of a process, with a span for every step.

A process stays in one trace: the one in which it was created. Its steps may be caused in other traces: by a
webhook, a feed event, a poll, another request. Then the span of the step is in the process's trace, and the
two spans are linked to each other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NoOpTracer, Span, Tracer

from adapters.postgres.units import TraceOf
from adapters.telemetry.context import is_unsampled, read, written
from adapters.telemetry.spans import SpanSpec, current, opened
from domain.ids import ProcessId
from domain.processes.kinds import kind_of
from ports.processes import Step, UnitOfWork

KNOWN_MAX = 10_000
PROCESS = "stack.process.id"
KIND = "stack.process.kind"
STAGE = "stack.process.stage"
FACT = "stack.fact"
CAUSE = "stack.cause"
POSTING = "posting"
TEMPLATE = "stack.entry.template"
JOB = "job"
JOB_KIND = "stack.job.kind"

UNTRACED = NoOpTracer()


class ProcessSpans:
    """
    Caches the traces of the processes that were read. They never change, so no entry becomes stale.

    Beyond ``KNOWN_MAX`` the oldest are dropped; no unit of work touches nearly that many processes.
    """

    def __init__(self, tracer: Tracer = UNTRACED) -> None:
        self._tracer = tracer
        self._known: OrderedDict[ProcessId, str] = OrderedDict()

    def remember(self, process_id: ProcessId, text: str | None) -> None:
        """Cache the trace of a process, as stored in its row."""
        if text is None:
            return
        self._known[process_id] = text
        self._known.move_to_end(process_id)
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)

    @contextmanager
    def over(self, unit: UnitOfWork) -> Iterator[TraceOf]:
        """Around the commit of a unit. Yields the function that gives the trace context of its rows."""
        with ExitStack() as stack:
            cause = trace.get_current_span()
            here = written()
            texts: dict[ProcessId | None, str | None] = {None: here}
            spans = []
            for step in unit.steps:
                text, span = self._begin(stack, step, unit, cause, here)
                texts[step.record.id] = text
                spans.append(span)
            if is_unsampled() and cause.is_recording():
                # The process's trace is not sampled, so the query's span goes into the cause's trace.
                stack.enter_context(current(trace.set_span_in_context(cause)))
            yield texts.get
            for step, span in zip(unit.steps, spans, strict=True):
                _add_events(span, step)

    def _begin(
        self, stack: ExitStack, step: Step, unit: UnitOfWork, cause: Span, here: str | None
    ) -> tuple[str | None, Span]:
        """The span of a step, current until the unit is committed, and its context as text."""
        context, is_elsewhere = self._where(step.record.id, cause)
        if not is_elsewhere and is_unsampled():
            return here, cause
        links = [Link(cause.get_span_context())] if is_elsewhere else []
        span = stack.enter_context(opened(self._tracer, _spec(step, unit, context, links)))
        if is_elsewhere and span.is_recording() and cause.is_recording():
            cause.add_link(span.get_span_context())
        return written(), span

    def _where(self, process_id: ProcessId, cause: Span) -> tuple[Context, bool]:
        """The context for the span of the step, and whether it is in another trace than the cause."""
        here = trace.set_span_in_context(cause)
        text = self._known.get(process_id)
        if text is None:
            return here, False
        own = read(text)
        caused_in = cause.get_span_context()
        own_trace = trace.get_current_span(own).get_span_context().trace_id
        if caused_in.trace_id == own_trace:
            return here, False
        return own, caused_in.is_valid


def _spec(step: Step, unit: UnitOfWork, context: Context, links: list[Link]) -> SpanSpec:
    kind, fact = kind_of(step.record), kind_of(step.fact)
    return SpanSpec(
        name=f"{kind} {fact}",
        context=context,
        links=links,
        attributes={
            PROCESS: step.record.id,
            KIND: kind,
            STAGE: step.record.stage.value,
            FACT: fact,
            CAUSE: unit.cause,
        },
    )


def _add_events(span: Span, step: Step) -> None:
    """An event for each posted entry and created job, by name, without amounts or accounts."""
    if not span.is_recording():
        return
    for entry in step.entries:
        span.add_event(POSTING, {TEMPLATE: entry.template})
    for task in step.tasks:
        span.add_event(JOB, {JOB_KIND: kind_of(task.instruction)})
