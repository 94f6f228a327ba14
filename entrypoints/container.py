"""
The composition root: the one place where ports meet adapters.

``register_services`` builds the services over whatever ports are registered: production registers adapters,
tests their in-memory twins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, get_type_hints

import aiohttp
import attrs
import punq
from redis.asyncio import Redis

from adapters.alpaca.brokerage import AlpacaBrokerage
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import credentials_for
from adapters.alpaca.exchange import AlpacaExchange
from adapters.alpaca.feeds import AlpacaAccountFeed, AlpacaJournalFeed, AlpacaTradeFeed
from adapters.alpaca.push_events import AlpacaPushes
from adapters.alpaca.settings import AlpacaSettings
from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.circle.webhooks import CircleWebhooks
from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.due.webhooks import DueWebhooks
from adapters.harbor.client import HarborClient
from adapters.harbor.offramp import HarborOfframp
from adapters.harbor.webhooks import HarborWebhooks
from adapters.http.operation import OperationKind
from adapters.http.probe import BreakerProbe
from adapters.http.stack import build_stack
from adapters.http.transport import Transport
from adapters.identity.email_tokens import HmacEmailTokens
from adapters.identity.one_time_codes import TotpCodes
from adapters.identity.passwords import Argon2Passwords
from adapters.identity.secret_cipher import FernetCipher
from adapters.identity.tokens import JwtTokens
from adapters.mail.maildir import MaildirMailer
from adapters.mail.settings import MAILDIR, MailSettings
from adapters.mail.smtp import SmtpMailer
from adapters.metrics.process import ProcessMetrics
from adapters.metrics.requests import MeteredLimiter
from adapters.postgres.audit import PostgresAuditTrail
from adapters.postgres.backlog import PostgresBacklog
from adapters.postgres.cursors import PostgresCursors
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.idempotency import PostgresIdempotencyRecords
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.limits import PostgresLimitUsage
from adapters.postgres.pool import Pool
from adapters.postgres.probe import PostgresProbe
from adapters.postgres.process_spans import ProcessSpans
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.rejected_webhooks import PostgresRejectedWebhooks
from adapters.postgres.search import PostgresSearch
from adapters.prometheus.error_budgets import PrometheusErrorBudgets
from adapters.push_relay.signature import RelaySignature
from adapters.push_relay.webhooks import RelayWebhooks
from adapters.redis.heartbeats import RedisHeartbeats, WorkerProbe
from adapters.redis.job_signal import RedisJobSignal
from adapters.redis.login_throttle import RedisLoginThrottle
from adapters.redis.nonces import RedisNonces
from adapters.redis.probe import RedisProbe
from adapters.redis.rate_limiter import RedisRateLimiter
from adapters.resilience.breaker import Breaker, Position
from adapters.resilience.policy import CallPolicy
from adapters.system.ids import SystemIds
from adapters.system.log_context import remember_process, remember_trace
from adapters.system.request_context import ContextvarCurrentRequest
from adapters.telemetry.observed import Observer
from adapters.telemetry.tracing import Tracing
from domain.limits import Limits
from domain.processes.retry_policy import RetryPolicy
from domain.services.notifications.email_templates import LinkBaseUrl
from domain.trading.instrument import Basket
from domain.wallets.payout_address import CoolDown
from entrypoints.application import Application
from entrypoints.settings import Settings
from entrypoints.use_cases import USE_CASES
from ports.audit import AuditTrail
from ports.backlog import Backlog
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.cursors import Cursors
from ports.custody import Custodian
from ports.email_tokens import EmailTokens
from ports.error_budgets import ErrorBudgets
from ports.exchange import Exchange
from ports.health import Probe
from ports.heartbeats import Heartbeats, WorkerKind
from ports.idempotency import IdempotencyRecords
from ports.identity import OneTimeCodes, Passwords, SecretCipher, Tokens
from ports.ids import Ids
from ports.inbound import Feed, Webhooks
from ports.job_signal import JobSignal
from ports.jobs import Jobs
from ports.ledger import Ledger
from ports.limits import LimitUsage
from ports.login_throttle import LoginThrottle
from ports.mail import Mailer
from ports.nonces import Nonces
from ports.offramp import Offramp
from ports.processes import Processes
from ports.rate_limit import RateLimiter
from ports.rejected_webhooks import RejectedWebhooks
from ports.request_context import CurrentRequest
from ports.search import Search

SERVICES = "domain.services."
"""Where the classes are that are made here of their annotations."""


@attrs.frozen(kw_only=True)
class Resources:
    """What is opened before the container is built and closed after everything else is done."""

    clock: Clock
    tracing: Tracing
    metrics: ProcessMetrics
    pool: Pool
    redis: Redis
    session: aiohttp.ClientSession
    commits: GroupCommit
    job_signal: RedisJobSignal
    call_policy: CallPolicy = attrs.field(factory=CallPolicy)


def build_container(settings: Settings, resources: Resources) -> punq.Container:
    """Every port with its adapter, every value of the settings that services need, and every service."""
    container = punq.Container()
    _persistence(container, resources)
    budgets = PrometheusErrorBudgets(resources.session, url=settings.metrics.prometheus_url)
    container.register(ErrorBudgets, instance=budgets)
    _identity(container, settings)
    _providers(container, settings, resources)
    _values(container, settings)
    observers: Sequence[Observer] = (
        *resources.tracing.observers,
        remember_trace,
        resources.metrics.use_cases,
    )
    register_services(container, observers)
    return container


def register_services(container: punq.Container, observers: Sequence[Observer] = ()) -> None:
    """
    Every service that ``Application`` needs, and ``Application`` itself.

    Ports and values must be registered before. Only what callers of the application do is observed, not
    what services do for each other.
    """
    services = _services_of(Application)
    for service in services:
        container.register(service, scope=punq.Scope.singleton)
    seen = {
        name: USE_CASES.observed(container.resolve(kind), *observers)
        for name, kind in get_type_hints(Application).items()
        if kind in services
    }
    sources = tuple(container.resolve(Mapping[str, Webhooks]))
    application = container.instantiate(Application, webhook_sources=sources, **seen)
    container.register(Application, instance=application)


@cache
def _services_of(built: type[Any]) -> frozenset[type[Any]]:
    """What ``built`` is made of, as its annotations say, and what that is made of in turn."""
    parts = {kind for kind in get_type_hints(built).values() if isinstance(kind, type)}
    services = frozenset(kind for kind in parts if kind.__module__.startswith(SERVICES))
    return services.union(*map(_services_of, services))


def _persistence(container: punq.Container, resources: Resources) -> None:
    pool, commits = resources.pool, resources.commits
    metrics = resources.metrics
    processes = PostgresProcesses(
        pool,
        commits,
        ProcessSpans(resources.tracing.tracer),
        on_commit=(metrics.business.committed, remember_process),
    )
    limiter = RedisRateLimiter(resources.redis, resources.clock)
    container.register(Clock, instance=resources.clock)
    container.register(Ids, instance=SystemIds())
    container.register(CurrentRequest, instance=ContextvarCurrentRequest())
    container.register(JobSignal, instance=resources.job_signal)
    container.register(Processes, instance=processes)
    container.register(Ledger, instance=PostgresLedger(pool, commits))
    container.register(Jobs, instance=PostgresJobs(pool))
    container.register(LimitUsage, instance=PostgresLimitUsage(pool))
    container.register(Cursors, instance=PostgresCursors(pool))
    container.register(IdempotencyRecords, instance=PostgresIdempotencyRecords(pool))
    container.register(AuditTrail, instance=PostgresAuditTrail(pool))
    container.register(Backlog, instance=PostgresBacklog(pool))
    container.register(Search, instance=PostgresSearch(pool))
    container.register(RateLimiter, instance=MeteredLimiter(limiter, metrics.requests))
    container.register(LoginThrottle, instance=RedisLoginThrottle(resources.redis))
    container.register(Nonces, instance=RedisNonces(resources.redis))
    container.register(RejectedWebhooks, instance=PostgresRejectedWebhooks(pool))
    container.register(Probe, instance=PostgresProbe(pool))
    container.register(Probe, instance=RedisProbe(resources.redis))
    heartbeats = RedisHeartbeats(resources.redis)
    container.register(Heartbeats, instance=heartbeats)
    for kind in WorkerKind:
        container.register(Probe, instance=WorkerProbe(kind, heartbeats))


def _identity(container: punq.Container, settings: Settings) -> None:
    container.register(Passwords, instance=Argon2Passwords())
    container.register(OneTimeCodes, instance=TotpCodes())
    container.register(SecretCipher, instance=FernetCipher(settings.vault))
    clock = container.resolve(Clock)
    container.register(Tokens, instance=JwtTokens(settings.tokens, clock))
    container.register(EmailTokens, instance=HmacEmailTokens(settings.tokens))
    container.register(Mailer, instance=_mailer(settings.mail))


def _mailer(settings: MailSettings) -> Mailer:
    if settings.kind == MAILDIR:
        return MaildirMailer(settings.folder, sender=settings.sender)
    return SmtpMailer(settings)


def _values(container: punq.Container, settings: Settings) -> None:
    container.register(RetryPolicy, instance=settings.retries)
    container.register(Limits, instance=settings.tiers)
    container.register(CoolDown, instance=settings.withdrawals)
    container.register(tuple[Basket, ...], instance=settings.baskets)
    container.register(LinkBaseUrl, instance=settings.mail.link_base_url)


def _providers(container: punq.Container, settings: Settings, resources: Resources) -> None:
    clock = resources.clock
    reach = _transports(container, resources)
    circle = CircleClient(settings.circle, transport=reach("circle"))
    chosen = settings.offramp.provider
    offramp, its_webhooks = OFFRAMPS[chosen](settings, reach(chosen), clock)
    alpaca = _alpaca(settings.alpaca, transport=reach("alpaca"), clock=clock)
    container.register(Custodian, instance=CircleCustodian(circle))
    container.register(Offramp, instance=offramp)
    container.register(
        Brokerage,
        instance=AlpacaBrokerage.over(
            alpaca, clock=clock, lends=settings.funding.strategy == "instant"
        ),
    )
    container.register(Exchange, instance=AlpacaExchange.over(alpaca))
    feeds = (
        AlpacaTradeFeed(client=alpaca, clock=clock),
        AlpacaJournalFeed(client=alpaca, clock=clock),
        AlpacaAccountFeed(client=alpaca, clock=clock),
    )
    container.register(tuple[Feed, ...], instance=feeds)
    nonces = container.resolve(Nonces)
    relayed = RelaySignature(settings.relay, nonces=nonces, clock=clock)
    sources: dict[str, Webhooks] = {
        "circle": CircleWebhooks(circle, clock=clock),
        chosen: its_webhooks,
        "alpaca": RelayWebhooks("alpaca", signature=relayed, payload=AlpacaPushes()),
    }
    container.register(Mapping[str, Webhooks], instance=sources)


def _due(settings: Settings, transport: Transport, clock: Clock) -> tuple[Offramp, Webhooks]:
    client = DueClient(Calls(transport, settings.due))
    return (
        DueOfframp.of(client, settings=settings.due, clock=clock),
        DueWebhooks.of(client, settings=settings.due, clock=clock),
    )


def _harbor(settings: Settings, transport: Transport, clock: Clock) -> tuple[Offramp, Webhooks]:
    client = HarborClient(transport, settings.harbor)
    return HarborOfframp(client=client, clock=clock), HarborWebhooks(client, clock=clock)


OFFRAMPS: Mapping[str, Callable[[Settings, Transport, Clock], tuple[Offramp, Webhooks]]] = {
    "due": _due,
    "harbor": _harbor,
}
"""Every off-ramp that ``offramp.provider`` may choose."""


def _transports(container: punq.Container, resources: Resources) -> Callable[[str], Transport]:
    """A transport stack a provider, with a breaker for each kind of operation, which health checks ask."""

    def reach(provider: str) -> Transport:
        breakers = {kind: Breaker() for kind in OperationKind}
        probe = BreakerProbe(provider, breakers=breakers, clock=resources.clock)
        container.register(Probe, instance=probe)
        for kind, breaker in breakers.items():
            resources.metrics.providers.watch_breaker(
                provider,
                operations=kind.value,
                position=partial(_position, breaker, resources.clock),
            )
        return build_stack(
            resources.session,
            clock=resources.clock,
            ids=container.resolve(Ids),
            policy=resources.call_policy,
            breakers=breakers,
            tracer=resources.tracing.tracer,
            propagate_to=resources.tracing.propagate_to,
            metrics=resources.metrics.providers,
        )

    return reach


def _position(breaker: Breaker, clock: Clock) -> Position:
    return breaker.position(now=clock.now())


def _alpaca(settings: AlpacaSettings, *, transport: Transport, clock: Clock) -> AlpacaClient:
    credentials = credentials_for(settings, transport=transport, clock=clock)
    return AlpacaClient(settings=settings, transport=transport, credentials=credentials)
