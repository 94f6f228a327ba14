"""
The application: the routes and the middlewares around them.

Outermost first:

* ``tracing`` opens the span of the request;
* ``metering`` measures the duration of the request;
* ``correlation`` gives the request its id and logs its line;
* ``cors`` answers preflight requests, which have no caller and are not counted;
* ``problems`` turns exceptions into problem documents;
* ``failures`` records exceptions in the span;
* ``readable`` refuses requests that the connection could not parse;
* ``deadline`` ends requests that take too long;
* ``authentication`` finds the caller and checks their access;
* ``limiting`` counts the call against the caller's quota, before the body is read;
* ``idempotency`` repeats the stored response of a key; repetitions count as calls.

Headers of every answer are added just before it is sent: security headers (``secure``), CORS
(``allow_origin``) and quotas (``tell_limits``).
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from entrypoints.application import Application
from entrypoints.http.access import Access
from entrypoints.http.app_keys import (
    APPLICATION,
    BODIED_ROUTES,
    CHECKS,
    CLOCK,
    DESCRIPTION,
    KEYED_ROUTES,
    LIMITS,
    METER,
    NEEDS,
    QUOTAS,
    SETTINGS,
    SPANS,
    STARTUP,
)
from entrypoints.http.bodies import BODY_SIZE_MAX
from entrypoints.http.middleware.authentication import authentication
from entrypoints.http.middleware.bodies import bodies
from entrypoints.http.middleware.correlation import correlation
from entrypoints.http.middleware.cors import allow_origin, cors
from entrypoints.http.middleware.deadline import deadline
from entrypoints.http.middleware.draining import part
from entrypoints.http.middleware.idempotency import idempotency
from entrypoints.http.middleware.malformed import readable
from entrypoints.http.middleware.metrics import metering
from entrypoints.http.middleware.problems import problems
from entrypoints.http.middleware.rate_limiting import limiting, tell_limits
from entrypoints.http.middleware.security import secure
from entrypoints.http.middleware.tracing import failures, tracing
from entrypoints.http.openapi.document import served
from entrypoints.http.rate_limits import RateLimits
from entrypoints.http.readiness import Checks
from entrypoints.http.routes import ROUTES
from entrypoints.http.spans import RequestSpans
from entrypoints.meter import UNMETERED, Meter
from entrypoints.settings import HttpSettings, LimitSettings
from ports.clock import Clock
from ports.health import Probe


def create_app(
    application: Application,
    *,
    probes: Sequence[Probe],
    clock: Clock,
    settings: HttpSettings,
    limits: LimitSettings,
    spans: RequestSpans | None = None,
    startup: Sequence[Probe] = (),
    meter: Meter = UNMETERED,
) -> web.Application:
    app = web.Application(
        middlewares=[
            tracing,
            metering,
            correlation,
            cors,
            problems,
            failures,
            readable,
            deadline,
            authentication,
            limiting,
            bodies,
            idempotency,
        ],
        client_max_size=BODY_SIZE_MAX,
    )
    app[APPLICATION] = application
    app[CLOCK] = clock
    app[SETTINGS] = settings
    app[SPANS] = spans
    app[LIMITS] = RateLimits.of(limits)
    app[CHECKS] = Checks(probes)
    app[STARTUP] = Checks(startup)
    app[METER] = meter
    app[DESCRIPTION] = served()
    _add_routes(app)
    app.on_response_prepare.extend((secure, allow_origin, tell_limits, part))
    return app


def _add_routes(app: web.Application) -> None:
    added = [
        (app.router.add_route(method, r.path, r.handler), r) for r in ROUTES for method in r.methods
    ]
    app[NEEDS] = {route: r.needs for route, r in added if r.access.needs_caller}
    app[KEYED_ROUTES] = {route: r.needs_key for route, r in added if r.needs_key is not None}
    app[BODIED_ROUTES] = {route for route, r in added if r.access is not Access.PROVIDER}
    app[QUOTAS] = {route: r.quota for route, r in added}
