from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import pytest
from opentelemetry.trace import SpanKind, StatusCode

from adapters.telemetry.observed import Call, Observer, Trigger, UseCases
from adapters.telemetry.tracing import TracingSettings
from adapters.telemetry.use_cases import TracedJob
from domain.errors import DomainError, Kind
from domain.ids import JobId
from ports.errors import ProviderUnavailable
from ports.inbound import Event
from ports.jobs import Job
from ports.processes import Message
from tests.support import builders
from tests.support.tracing import Witness, attributes, id_of, parent_of, trace_of

ORDERED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_SAMPLED = ORDERED.removesuffix("01") + "00"
MESSAGE = Message(source="circle", id="m1", body=b"", headers={})


class Refused(DomainError):
    """No."""

    code = "ERR_0000"
    slug = "refused"
    kind = Kind.BUSINESS_RULE


@attrs.define
class Service:
    """A service like those of the core."""

    failure: Exception | None = None
    _seen: list[object] = attrs.field(factory=list)

    async def act(self, *, amount: int = 1) -> int:
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        return amount

    async def do(self, job: Job) -> None:
        self._seen.append(job)

    async def apply_event(self, feed: str, event: Event) -> None:
        self._seen.append((feed, event))

    def describe(self) -> str:
        return "a service"


class Outer:
    def __init__(self, inner: Service) -> None:
        self._inner = inner

    async def act(self) -> None:
        await self._inner.act()


USE_CASES = UseCases(
    names={Service: "Service", Outer: "OuterByAnotherName"},
    triggers={Service.do: Trigger.JOB, Service.apply_event: Trigger.EVENT},
)


def seen_from_outside(witness: Witness, failure: Exception | None = None) -> Service:
    return USE_CASES.observed(Service(failure), *witness.tracing.observers)


def a_job(trace: str | None) -> TracedJob:
    return TracedJob(id=JobId("j1"), work=MESSAGE, attempts=2, created_at=builders.AT, trace=trace)


async def test_a_use_case_is_a_span_and_answers_as_ever() -> None:
    witness = Witness()
    service = seen_from_outside(witness)
    assert [await service.act(amount=7), await service.act()] == [7, 1]
    assert service.describe() == "a service"
    assert witness.names == ["Service.act", "Service.act"]


async def test_an_unobserved_service_is_itself() -> None:
    service = Service()
    assert USE_CASES.observed(service) is service


async def test_a_refusal_is_an_answer_and_a_failure_is_an_error() -> None:
    witness = Witness()
    with pytest.raises(Refused):
        await seen_from_outside(witness, Refused()).act()
    away = ProviderUnavailable("ada@example.org", provider="circle", operation="pay")
    with pytest.raises(ProviderUnavailable):
        await seen_from_outside(witness, away).act()

    refused, failed = witness.spans
    assert refused.status.status_code is StatusCode.UNSET
    assert attributes(refused) == {"error.type": "Refused", "stack.error.code": "ERR_0000"}
    assert failed.status.status_code is StatusCode.ERROR
    assert attributes(failed)["stack.error.code"] == away.code
    assert "example.org" not in failed.to_json()


async def test_a_job_goes_on_with_the_trace_that_ordered_it() -> None:
    witness = Witness()
    with witness.tracing.tracer.start_as_current_span("something else"):
        await seen_from_outside(witness).do(a_job(ORDERED))

    span = witness.span("process Message")
    assert span.kind is SpanKind.CONSUMER
    assert f"{trace_of(span):032x}" == ORDERED.split("-")[1]
    assert parent_of(span) == 0xB7AD6B7169203331
    assert attributes(span) == {
        "messaging.system": "postgresql",
        "messaging.destination.name": "jobs",
        "messaging.operation.type": "process",
        "messaging.operation.name": "Message",
        "messaging.message.id": "j1",
        "stack.job.attempt": 2,
    }


async def test_a_job_of_a_trace_that_is_not_sampled_makes_no_span() -> None:
    witness = Witness()
    await seen_from_outside(witness).do(a_job(NOT_SAMPLED))
    assert witness.spans == ()


@pytest.mark.parametrize(
    "job", [a_job(None), Job(id=JobId("j1"), work=MESSAGE, attempts=1, created_at=builders.AT)]
)
async def test_a_job_without_a_trace_begins_one(job: Job) -> None:
    witness = Witness()
    await seen_from_outside(witness).do(job)
    assert witness.spans[0].parent is None


async def test_an_event_of_a_stream_begins_a_trace() -> None:
    witness = Witness()
    await seen_from_outside(witness).apply_event("alpaca.trades", Event("p1", None))
    (span,) = witness.spans
    assert (span.name, span.kind, span.parent) == (
        "receive alpaca.trades",
        SpanKind.CONSUMER,
        None,
    )


async def test_what_a_use_case_calls_is_below_it() -> None:
    witness = Witness()
    outer = Outer(seen_from_outside(witness))
    await USE_CASES.observed(outer, *witness.tracing.observers).act()
    assert parent_of(witness.span("Service.act")) == id_of(witness.span("OuterByAnotherName.act"))


def recorder(told: list[Call]) -> Observer:
    @contextmanager
    def observer(call: Call) -> Iterator[None]:
        told.append(call)
        yield

    return observer


async def test_every_observer_is_asked() -> None:
    told: list[Call] = []
    await USE_CASES.observed(Service(), recorder(told), recorder(told)).act(amount=7)
    assert told == [Call(operation="Service.act", arguments={"amount": 7})] * 2


async def test_arguments_have_their_names_however_they_are_given() -> None:
    told: list[Call] = []
    service = USE_CASES.observed(Service(), recorder(told))
    job, event = a_job(None), Event("p1", None)
    await service.do(job)
    await service.do(job=job)
    await service.apply_event("alpaca.trades", event)
    await service.apply_event(event=event, feed="alpaca.trades")
    done = Call(operation="Service.do", trigger=Trigger.JOB, arguments={"job": job})
    arguments = {"feed": "alpaca.trades", "event": event}
    taken = Call(operation="Service.apply_event", trigger=Trigger.EVENT, arguments=arguments)
    assert told == [done, done, taken, taken]


async def test_a_service_without_a_name_is_refused_when_it_is_wired() -> None:
    with pytest.raises(LookupError, match="Outer has no name"):
        UseCases(names={Service: "Service"}).observed(Outer(Service()))


@pytest.mark.parametrize(
    ("trigger", "names", "complaint"),
    [
        (Trigger.JOB, {Outer: "Outer"}, "belongs to no service"),
        (Trigger.WEBHOOK, {Service: "Service"}, "does not take source"),
    ],
)
def test_a_trigger_that_cannot_be_observed_is_refused_at_once(
    trigger: Trigger, names: dict[type, str], complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        UseCases(names=names, triggers={Service.do: trigger})


async def test_with_a_ratio_of_zero_nothing_is_recorded() -> None:
    witness = Witness(TracingSettings(sample_ratio=0.0))
    assert await seen_from_outside(witness).act() == 1
    assert witness.spans == ()
