"""What the application and each request carry, under typed keys."""

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
"""What a caller must have, for every route that needs one."""

KEYED_ROUTES = web.AppKey("keyed_routes", dict[web.AbstractRoute, bool])
"""The routes that take an idempotency key, and whether they need one."""

QUOTAS = web.AppKey("quotas", dict[web.AbstractRoute, Quota])
"""What each route is counted against."""

SPANS: web.AppKey[RequestSpans | None] = web.AppKey("spans")
"""``None`` where nothing is traced."""

SPAN: web.RequestKey[RequestSpan] = web.RequestKey("span")

REQUEST_ID = web.RequestKey("request_id", str)
TRACE_ID = web.RequestKey("trace_id", str)
"""32 hex digits, as in a ``traceparent`` (W3C Trace Context)."""

REFUSAL = web.RequestKey("refusal", DomainError)
"""Why the connection refuses what it could not read."""

CALLER = web.RequestKey("caller", str)
SESSION = web.RequestKey("session", Caller)
"""The caller, with the session that they are in."""

PENDING_KEY = web.RequestKey("draft", PendingKey)
"""The draft of the request's receipt, while it is carried out for the first time."""


def application(request: web.Request) -> Application:
    return request.app[APPLICATION]


def caller(request: web.Request) -> InvestorId:
    """Who is calling; only behind ``Access.CALLER``."""
    return InvestorId(request[CALLER])
