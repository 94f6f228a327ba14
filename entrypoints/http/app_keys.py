"""The typed keys of what the application and each request carry."""

from __future__ import annotations

from aiohttp import web

from domain.accounts.roles import Caller
from domain.errors import DomainError
from domain.ids import InvestorId
from entrypoints.application import Application
from entrypoints.http.access import Needs
from entrypoints.http.idempotency import PendingKey
from entrypoints.http.rate_limits import Quota, RateLimits
from entrypoints.http.readiness import Checks
from entrypoints.http.spans import RequestSpan, RequestSpans
from entrypoints.meter import Meter
from entrypoints.settings import HttpSettings
from ports.clock import Clock

APPLICATION = web.AppKey("application", Application)
CLOCK = web.AppKey("clock", Clock)
CHECKS = web.AppKey("checks", Checks)
STARTUP = web.AppKey("startup", Checks)
METER = web.AppKey("meter", Meter)
SETTINGS = web.AppKey("settings", HttpSettings)
LIMITS = web.AppKey("limits", RateLimits)
DESCRIPTION = web.AppKey("description", bytes)
"""The OpenAPI document."""

NEEDS = web.AppKey("needs", dict[web.AbstractRoute, Needs])
"""What each route requires of its caller; routes without a caller are absent."""

KEYED_ROUTES = web.AppKey("keyed_routes", dict[web.AbstractRoute, bool])
"""The routes that accept an idempotency key, and whether they require one."""

BODIED_ROUTES = web.AppKey("bodied_routes", set[web.AbstractRoute])
"""The routes of people, whose JSON bodies are judged at the door; providers' are read as they are."""
QUOTAS = web.AppKey("quotas", dict[web.AbstractRoute, Quota])
"""The quota of each route."""

SPANS: web.AppKey[RequestSpans | None] = web.AppKey("spans")
"""``None`` when tracing is off."""

SPAN: web.RequestKey[RequestSpan] = web.RequestKey("span")

REQUEST_ID = web.RequestKey("request_id", str)
TRACE_ID = web.RequestKey("trace_id", str)
"""32 hex digits, as in a ``traceparent`` (W3C Trace Context)."""

REFUSAL = web.RequestKey("refusal", DomainError)
"""Why the connection refuses the request that it could not read."""

CALLER = web.RequestKey("caller", str)
SESSION = web.RequestKey("session", Caller)
"""The caller and their session."""

PENDING_KEY = web.RequestKey("pending_key", PendingKey)
"""The idempotency key of the request, which has no stored response yet."""


def application(request: web.Request) -> Application:
    return request.app[APPLICATION]


def caller(request: web.Request) -> InvestorId:
    """The id of the caller; only for routes with ``Access.CALLER``."""
    return InvestorId(request[CALLER])
