"""
The composition root: ports get their adapters here, those of the providers from ``provider_wiring``.

``register_services`` builds the services over the ports that are registered: adapters in production,
in-memory twins in tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_type_hints

import punq

from adapters.identity.email_tokens import HmacEmailTokens
from adapters.identity.one_time_codes import TotpCodes
from adapters.identity.passwords import Argon2Passwords
from adapters.identity.secret_cipher import FernetCipher
from adapters.identity.tokens import JwtTokens
from adapters.mail.maildir import MaildirMailer
from adapters.mail.settings import MAILDIR, MailSettings
from adapters.mail.smtp import SmtpMailer
from adapters.metrics.requests import MeteredLimiter
from adapters.postgres.audit import PostgresAuditTrail
from adapters.postgres.backlog import PostgresBacklog
from adapters.postgres.cursors import PostgresCursors
from adapters.postgres.idempotency import PostgresIdempotencyRecords
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.limits import PostgresLimitUsage
from adapters.postgres.probe import PostgresProbe
from adapters.postgres.process_spans import ProcessSpans
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.rejected_webhooks import PostgresRejectedWebhooks
from adapters.postgres.search import PostgresSearch
from adapters.prometheus.error_budgets import PrometheusErrorBudgets
from adapters.redis.heartbeats import RedisHeartbeats, WorkerProbe
from adapters.redis.login_throttle import RedisLoginThrottle
from adapters.redis.nonces import RedisNonces
from adapters.redis.probe import RedisProbe
from adapters.redis.rate_limiter import RedisRateLimiter
from adapters.system.anchored_clock import ClockProbe
from adapters.system.ids import SystemIds
from adapters.system.log_context import remember_process, remember_trace
from adapters.system.request_context import ContextvarCurrentRequest
from adapters.telemetry.observed import Observer
from domain.limits import Limits
from domain.processes.age_limits import AgeLimits
from domain.processes.retry_policy import RetryPolicy
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.notifications.email_templates import LinkBaseUrl
from domain.trading.instrument import Basket
from domain.wallets.payout_address import CoolDown
from entrypoints.application import Application
from entrypoints.provider_wiring import build_providers
from entrypoints.resources import Resources
from entrypoints.settings import Settings
from entrypoints.use_cases import USE_CASES
from ports.audit import AuditTrail
from ports.backlog import Backlog
from ports.books import WorldBooks
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
"""Classes in this package are built from their annotations."""


def build_container(settings: Settings, resources: Resources) -> punq.Container:
    """All ports with their adapters, all settings that services need, and all services."""
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
    Register all services that ``Application`` needs, and ``Application`` itself.

    Ports and values must be registered before. Calls of the application are observed, not calls between
    services.
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
    """The services in the annotations of ``built``, and those in theirs."""
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
    container.register(Ids, instance=SystemIds(resources.clock))
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
    container.register(Probe, instance=ClockProbe(resources.clock))
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
    container.register(AgeLimits, instance=settings.age_limits)
    container.register(Limits, instance=settings.tiers)
    container.register(CoolDown, instance=settings.withdrawals)
    container.register(ReconciliationSchedule, instance=settings.reconciliation)
    container.register(tuple[Basket, ...], instance=settings.baskets)
    container.register(LinkBaseUrl, instance=settings.mail.link_base_url)


def _providers(container: punq.Container, settings: Settings, resources: Resources) -> None:
    ids, nonces = container.resolve(Ids), container.resolve(Nonces)
    cursors = container.resolve(Cursors)
    providers = build_providers(settings, resources, ids=ids, nonces=nonces, cursors=cursors)
    container.register(Custodian, instance=providers.custodian)
    container.register(Offramp, instance=providers.offramp)
    container.register(Brokerage, instance=providers.brokerage)
    container.register(Exchange, instance=providers.exchange)
    container.register(tuple[Feed, ...], instance=providers.feeds)
    container.register(tuple[WorldBooks, ...], instance=providers.books)
    container.register(Mapping[str, Webhooks], instance=providers.webhooks)
    for probe in providers.probes:
        container.register(Probe, instance=probe)
