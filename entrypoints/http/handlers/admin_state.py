"""The operational state: workers, providers, queues, and the configured limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from aiohttp import web

from domain.limits import Activity, Period, Tier
from domain.money import Money
from domain.operations import OperationalState, Queue
from entrypoints.http.app_keys import CHECKS, LIMITS, application
from entrypoints.http.bodies import answer
from entrypoints.http.paging import answer_all
from ports.heartbeats import WorkerKind


@attrs.frozen(kw_only=True)
class WorkerView:
    """``is_alive`` is null when the heartbeats cannot be read."""

    kind: WorkerKind
    is_alive: bool | None


@attrs.frozen(kw_only=True)
class ProviderView:
    """``is_asked`` is false while this process's circuit breaker for the provider is open."""

    name: str
    is_asked: bool


@attrs.frozen(kw_only=True)
class WaitingView:
    """How many wait, and for how many seconds the oldest of them does."""

    depth: int
    age_s: int

    @classmethod
    def of(cls, queue: Queue) -> WaitingView:
        return cls(depth=queue.depth, age_s=int(queue.age.total_seconds()))


@attrs.frozen(kw_only=True)
class StageQueueView:
    kind: str
    stage: str
    waiting: WaitingView


@attrs.frozen(kw_only=True)
class QueueView:
    """
    Due and parked jobs, audit records that are not sealed yet, and processes by stage.

    ``feeds`` holds the seconds since the position of each feed last changed.
    """

    jobs: WaitingView
    parked: WaitingView
    unsealed: WaitingView
    processes: Sequence[StageQueueView]
    feeds: Mapping[str, int]

    @classmethod
    def of(cls, state: OperationalState) -> QueueView:
        return cls(
            jobs=WaitingView.of(state.jobs),
            parked=WaitingView.of(state.parked),
            unsealed=WaitingView.of(state.unsealed),
            processes=[
                StageQueueView(kind=each.kind, stage=each.stage, waiting=WaitingView.of(each.queue))
                for each in state.processes
                if each.queue.depth
            ],
            feeds={name: int(age.total_seconds()) for name, age in state.feeds.items()},
        )


@attrs.frozen(kw_only=True)
class CapView:
    tier: Tier
    activity: Activity
    period: Period
    limit: Money


@attrs.frozen(kw_only=True)
class RateView:
    """At most ``calls`` calls in ``window_s`` seconds."""

    quota: str
    calls: int
    window_s: int


@attrs.frozen(kw_only=True)
class AdminLimitsView:
    """The limits of each tier, and the rate limits."""

    tiers: Sequence[CapView]
    rates: Sequence[RateView]


async def workers(request: web.Request) -> web.Response:
    """List the kinds of workers, and whether one of each kind is alive."""
    try:
        alive = await application(request).heartbeats.alive()
    except OSError:
        return answer_all(list(WorkerKind), view=lambda kind: WorkerView(kind=kind, is_alive=None))
    return answer_all(
        list(WorkerKind), view=lambda kind: WorkerView(kind=kind, is_alive=kind in alive)
    )


async def providers(request: web.Request) -> web.Response:
    """List the providers, and whether this process calls them."""
    names = application(request).webhook_sources
    report = await request.app[CHECKS].report()
    known = [check for check in report.checks if check.name in names]
    return answer_all(known, view=lambda check: ProviderView(name=check.name, is_asked=check.ok))


async def queue(request: web.Request) -> web.Response:
    """Show what is waiting, and for how long."""
    return answer(QueueView.of(await application(request).operations.snapshot()))


async def limits(request: web.Request) -> web.Response:
    """Show the configured limits."""
    of_tiers = application(request).limits.of_tiers
    caps = [
        CapView(
            tier=tier,
            activity=activity,
            period=period,
            limit=of_tiers.allowed(tier, activity, period),
        )
        for tier in Tier
        for activity in Activity
        for period in Period
    ]
    rates = [
        RateView(quota=quota.value, calls=rule.limit, window_s=rule.window_s)
        for quota, rule in request.app[LIMITS].rules.items()
    ]
    return answer(AdminLimitsView(tiers=caps, rates=rates))
