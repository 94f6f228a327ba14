"""The whole URL table, with the parts of it in ``*_routes``."""

from __future__ import annotations

from entrypoints.http import contracts
from entrypoints.http.access import Access
from entrypoints.http.admin_routes import ADMIN_ROUTES
from entrypoints.http.auth_routes import AUTH_ROUTES
from entrypoints.http.handlers import budgets, documentation, health, webhooks
from entrypoints.http.investor_routes import INVESTOR_ROUTES
from entrypoints.http.rate_limits import Quota
from entrypoints.http.route import Route

ROUTES = (
    Route("GET", "/openapi.json", documentation.document, contracts.OPENAPI, Access.EVERYBODY),
    Route("GET", "/docs", documentation.page, contracts.DOCS, Access.EVERYBODY),
    Route("GET", "/docs/{name}", documentation.file, contracts.DOCS_FILE, Access.EVERYBODY),
    Route(
        "GET",
        "/health/liveness",
        health.liveness,
        contracts.LIVENESS,
        Access.EVERYBODY,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "GET",
        "/health/readiness",
        health.readiness,
        contracts.READINESS,
        Access.EVERYBODY,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "GET",
        "/health/startup",
        health.startup,
        contracts.READINESS,
        Access.EVERYBODY,
        quota=Quota.UNCOUNTED,
    ),
    *AUTH_ROUTES,
    *INVESTOR_ROUTES,
    Route("GET", "/v1/admin/slo", budgets.show, contracts.BUDGETS, Access.SUPPORT),
    Route(
        "POST",
        "/v1/webhooks/circle",
        webhooks.circle,
        contracts.WEBHOOK,
        Access.PROVIDER,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "HEAD",
        "/v1/webhooks/circle",
        webhooks.reachable,
        contracts.REACHABLE,
        Access.EVERYBODY,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "POST",
        "/v1/webhooks/due",
        webhooks.due,
        contracts.OFFRAMP_WEBHOOK,
        Access.PROVIDER,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "POST",
        "/v1/webhooks/harbor",
        webhooks.harbor,
        contracts.OFFRAMP_WEBHOOK,
        Access.PROVIDER,
        quota=Quota.UNCOUNTED,
    ),
    Route(
        "POST",
        "/v1/webhooks/alpaca",
        webhooks.alpaca,
        contracts.PUSH,
        Access.PROVIDER,
        quota=Quota.UNCOUNTED,
    ),
    *ADMIN_ROUTES,
)
