"""What the measuring layers tell, and that they change nothing of what they measure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import timedelta

import pytest

from adapters.http.message import Request, Response
from adapters.http.metered import Metered
from adapters.http.transport import Transport
from adapters.memory.clock import ManualClock
from adapters.memory.rate_limiter import InMemoryRateLimiter
from adapters.metrics.process import ProcessMetrics
from adapters.metrics.requests import MeteredLimiter
from adapters.metrics.use_cases import time_of
from adapters.postgres.connection_gate import PoolUsage
from adapters.postgres.observer import Outcome
from adapters.resilience.breaker import Breaker
from adapters.telemetry.observed import Trigger, UseCases
from domain.ids import JobId
from domain.ledger.account import Role
from domain.money import USD, Asset, Money
from domain.operations import Balance, OperationalState, Queue, StageBacklog
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderThrottled,
    ProviderUnavailable,
)
from ports.inbound import Event, ForgedMessage
from ports.jobs import Job
from ports.rate_limit import RateLimiterUnavailable, Rule
from tests.support import builders as a
from tests.unit.adapters.metrics.pages import value

WHERE = {"provider": "due", "operation": "quote"}
QUOTE = Request(provider="due", operation="quote", method="POST", url="http://due/v1/quote")
ULID = "01KE7HSB00ABCDEFGHJKMNPQRS"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def metrics(clock: ManualClock) -> ProcessMetrics:
    return ProcessMetrics(role="worker", clock=clock)


async def what_came_of(work: Awaitable[object]) -> object:
    """The answer, or what was raised instead of one."""
    try:
        return await work
    except BaseException as error:  # noqa: BLE001 - whatever it was, the test compares it
        return error


class Answering(Transport):
    def __init__(self, answer: int | BaseException) -> None:
        self._answer = answer

    async def send(self, _: Request) -> Response:
        if isinstance(self._answer, BaseException):
            raise self._answer
        return Response(status=self._answer, headers={}, body=b"")

    async def stream(self, _: Request) -> AsyncIterator[bytes]:
        yield b"line"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (200, "ok"),
        (404, "refused"),
        (429, "throttled"),
        (503, "failed"),
        (ProviderUnavailable(**WHERE), "unavailable"),
        (ProviderOutcomeUnknown(**WHERE), "unknown"),
        (ProviderThrottled(**WHERE, retry_after_s=1), "throttled"),
        (asyncio.CancelledError(), "abandoned"),
    ],
)
async def test_a_call_is_told_with_what_became_of_it(
    metrics: ProcessMetrics, answer: int | BaseException, outcome: str
) -> None:
    metered = Metered(Answering(answer), metrics.providers)
    came = await what_came_of(metered.send(QUOTE))
    assert answer == (came.status if isinstance(came, Response) else came)
    assert value(metrics, "stack_provider_calls_total", **WHERE, outcome=outcome) == 1
    assert value(metrics, "stack_provider_call_duration_seconds_count", **WHERE) == 1


async def test_a_stream_passes(metrics: ProcessMetrics) -> None:
    metered = Metered(Answering(200), metrics.providers)
    assert [line async for line in metered.stream(QUOTE)] == [b"line"]


def test_a_breaker_shows_the_state_that_time_has_brought(
    metrics: ProcessMetrics, clock: ManualClock
) -> None:
    breaker = Breaker()
    metrics.providers.watch_breaker(
        "due", operations="money", position=lambda: breaker.position(now=clock.now())
    )

    of_money = {"provider": "due", "operations": "money"}

    def state() -> str:
        (known,) = (
            each
            for each in ("closed", "open", "half_open")
            if value(metrics, "stack_provider_breaker_state", **of_money, state=each)
        )
        return known

    assert state() == "closed"
    for _ in range(breaker.policy.calls_min):
        ticket = breaker.admit(now=clock.now())
        assert ticket is not None
        breaker.failed(ticket, now=clock.now())
    assert state() == "open"
    clock.advance(breaker.policy.open_s)
    assert state() == "half_open"


class Mailroom:
    def __init__(self, refusal: Exception | None = None) -> None:
        self._refusal = refusal

    async def receive(self, source: str, *, body: bytes, headers: Mapping[str, str]) -> None:
        if self._refusal:
            raise self._refusal


@pytest.mark.parametrize(
    ("refusal", "verdict"), [(None, "accepted"), (ForgedMessage(), "ForgedMessage")]
)
async def test_a_webhook_is_told_with_its_verdict(
    metrics: ProcessMetrics, refusal: Exception | None, verdict: str
) -> None:
    mailroom = USE_CASES.observed(Mailroom(refusal), metrics.use_cases)
    assert await what_came_of(mailroom.receive("circle", body=b"{}", headers={})) is refusal
    assert value(metrics, "stack_webhook_verdicts_total", source="circle", verdict=verdict) == 1


class Work:
    def __init__(self, failure: BaseException | None = None) -> None:
        self._failure = failure

    async def do(self, job: Job) -> None:
        if self._failure:
            raise self._failure

    async def apply_event(self, feed: str, event: Event) -> None:
        """Nothing."""


USE_CASES = UseCases(
    names={Mailroom: "Mailroom", Work: "Work"},
    triggers={
        Mailroom.receive: Trigger.WEBHOOK,
        Work.do: Trigger.JOB,
        Work.apply_event: Trigger.EVENT,
    },
)


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [(None, "done"), (RuntimeError("broken"), "raised"), (asyncio.CancelledError(), "stopped")],
)
async def test_a_job_is_told_with_its_outcome(
    metrics: ProcessMetrics, failure: BaseException | None, outcome: str
) -> None:
    work = USE_CASES.observed(Work(failure), metrics.use_cases)
    job = Job(id=JobId("job:1:1"), work=a.journal_order("job:1:1"), attempts=1, created_at=a.AT)
    assert await what_came_of(work.do(job)) is failure
    labels = {"kind": "JournalFunds", "outcome": outcome}
    assert value(metrics, "stack_job_duration_seconds_count", **labels) == 1


async def test_arguments_are_found_by_name_however_they_are_given(metrics: ProcessMetrics) -> None:
    work = USE_CASES.observed(Work(), metrics.use_cases)
    mailroom = USE_CASES.observed(Mailroom(), metrics.use_cases)
    job = Job(id=JobId("job:1:1"), work=a.journal_order("job:1:1"), attempts=1, created_at=a.AT)
    await work.do(job=job)
    await work.apply_event(event=Event(ULID, None), feed="alpaca.trades")
    await mailroom.receive(body=b"{}", headers={}, source="circle")
    assert value(metrics, "stack_job_duration_seconds_count", outcome="done") == 1
    assert value(metrics, "stack_feed_lag_seconds_count", feed="alpaca.trades") == 1
    assert value(metrics, "stack_webhook_verdicts_total", source="circle") == 1


async def test_an_event_is_as_late_as_its_ulid_says(
    metrics: ProcessMetrics, clock: ManualClock
) -> None:
    made_at = time_of(ULID)
    assert made_at is not None
    clock.advance((made_at - clock.now() + timedelta(seconds=7)).total_seconds())
    work = USE_CASES.observed(Work(), metrics.use_cases)
    await work.apply_event("alpaca.trades", Event(ULID, None))
    await work.apply_event("alpaca.trades", Event("15960", None))
    assert value(metrics, "stack_feed_lag_seconds_sum", feed="alpaca.trades") == pytest.approx(7)
    assert value(metrics, "stack_feed_lag_seconds_count") == 1


@pytest.mark.parametrize("position", ["", "15960", "I" * 26, "Z" * 26, "0" * 25])
def test_what_is_no_ulid_tells_no_time(position: str) -> None:
    assert time_of(position) is None


async def test_verdicts_on_callers_are_counted_by_quota(
    metrics: ProcessMetrics, clock: ManualClock
) -> None:
    inner = InMemoryRateLimiter(clock)
    limiter, rule = MeteredLimiter(inner, metrics.requests), Rule(name="auth", limit=1, window_s=60)
    assert (await limiter.hit("ann", rule=rule)).allowed
    assert not (await limiter.hit("ann", rule=rule)).allowed
    inner.is_away = True
    with pytest.raises(RateLimiterUnavailable):
        await limiter.hit("ann", rule=rule)
    for verdict in ("allowed", "refused", "unavailable"):
        labels = {"quota": "auth", "verdict": verdict}
        assert value(metrics, "stack_rate_limit_verdicts_total", **labels) == 1


def test_queries_are_told_by_name_and_failures_apart(metrics: ProcessMetrics) -> None:
    metrics.database.on_query("claim_jobs", duration_s=0.2, outcome=Outcome.OK)
    metrics.database.on_query("claim_jobs", duration_s=5.0, outcome=Outcome.TIMED_OUT)
    assert value(metrics, "stack_query_duration_seconds_sum", query="claim_jobs") == 5.2
    failures = value(metrics, "stack_query_failures_total", query="claim_jobs", outcome="timed_out")
    assert failures == value(metrics, "stack_query_failures_total") == 1


def test_the_pool_is_asked_at_every_look(metrics: ProcessMetrics) -> None:
    metrics.database.watch_pool(lambda: PoolUsage(size_max=10, busy=8, waiting=3))
    metrics.database.watch_commits(lambda: 5)
    assert value(metrics, "stack_pool_connections", state="in_use") == 8
    assert value(metrics, "stack_pool_connections", state="waiting") == 3
    assert value(metrics, "stack_pool_connections_max") == 10
    assert value(metrics, "stack_commits_waiting") == 5


def test_vitals_are_shown(metrics: ProcessMetrics) -> None:
    queue = Queue(depth=3, age=timedelta(seconds=90))
    in_stage = StageBacklog(kind="Deposit", stage="detected", queue=queue)
    metrics.show(
        OperationalState(
            processes=[in_stage],
            jobs=queue,
            parked=queue,
            at_stake={USD: a.dollars("12.50")},
            unsealed=queue,
            feeds={"alpaca.trades": timedelta(minutes=1)},
        )
    )
    labels = {"kind": "Deposit", "stage": "detected"}
    assert value(metrics, "stack_processes", **labels) == 3
    assert value(metrics, "stack_processes_oldest_age_seconds", **labels) == 90
    assert value(metrics, "stack_jobs_due") == value(metrics, "stack_audit_unsealed") == 3
    assert value(metrics, "stack_jobs_parked") == 3
    assert value(metrics, "stack_review_money", asset="USD") == 12.5
    assert value(metrics, "stack_review_money", asset="USDC") == 0
    metrics.process_missed("overdue", **labels)
    assert value(metrics, "stack_processes_missed_total", how="overdue", **labels) == 1
    assert value(metrics, "stack_outbox_lag_seconds") == 90
    assert value(metrics, "stack_feed_position_age_seconds", feed="alpaca.trades") == 60


def test_held_money_is_shown_by_currency_and_shares_have_no_label_of_their_own(
    metrics: ProcessMetrics,
) -> None:
    apple = Asset.share("AAPL")
    metrics.show_balance(
        Balance(
            totals={
                (Role.HOLD, USD): Money.of("12.50", USD),
                (Role.HOLD, apple): Money.of("1", apple),
            },
            off={USD: Money.of("-0.01", USD), apple: Money.of("2", apple)},
        )
    )
    assert value(metrics, "stack_ledger_balance", role="hold") == 12.5
    assert value(metrics, "stack_ledger_imbalance", asset="USD") == -0.01
    assert value(metrics, "stack_ledger_imbalance", asset="shares") == 2
    assert value(metrics, "stack_ledger_imbalance", asset="AAPL") == 0


def test_chores_are_told_with_their_outcome(metrics: ProcessMetrics) -> None:
    metrics.periodic_task_ran("seal", outcome="broke")
    assert value(metrics, "stack_chore_runs_total", chore="seal", outcome="broke") == 1
