"""
The application: routes, and around them the middlewares.

Outermost first: correlation sees every answer, problems turns whatever is raised below it into an answer,
authentication knows the caller. What needs the caller or the route's limits goes after them: first what
refuses too many requests, then what remembers the answers already given.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from entrypoints.application import Application
from entrypoints.http.bodies import BODY_SIZE_MAX
from entrypoints.http.keys import APPLICATION, CHECKS, CLOCK, DESCRIPTION, KEYED_ROUTES, OPEN_ROUTES
from entrypoints.http.middleware.authentication import authentication
from entrypoints.http.middleware.correlation import correlation
from entrypoints.http.middleware.idempotency import idempotency
from entrypoints.http.middleware.problems import problems
from entrypoints.http.openapi.document import served
from entrypoints.http.readiness import Checks
from entrypoints.http.routes import ROUTES, Access
from ports.clock import Clock
from ports.health import Probe


def create_app(
    application: Application, *, probes: Sequence[Probe], clock: Clock
) -> web.Application:
    app = web.Application(
        middlewares=[correlation, problems, authentication, idempotency],
        client_max_size=BODY_SIZE_MAX,
    )
    app[APPLICATION] = application
    app[CLOCK] = clock
    app[CHECKS] = Checks(probes)
    app[DESCRIPTION] = served()
    added = [(app.router.add_route(r.method, r.path, r.handler), r) for r in ROUTES]
    app[OPEN_ROUTES] = frozenset(route for route, r in added if r.access is not Access.CALLER)
    app[KEYED_ROUTES] = {route: r.needs_key for route, r in added if r.needs_key is not None}
    return app
