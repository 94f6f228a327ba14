"""The whole URL table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum

import attrs
from aiohttp import web

from entrypoints.http.handlers import (
    auth,
    catalogue,
    deposits,
    health,
    onboarding,
    orders,
    portfolio,
    trails,
    wallets,
    webhooks,
    withdrawals,
)


class Access(Enum):
    """Who may call: everybody, an investor with a token, a provider that signs what it says."""

    EVERYBODY = "everybody"
    CALLER = "caller"
    PROVIDER = "provider"


@attrs.frozen
class Route:
    """``needs_key`` says whether an idempotency key is needed; ``None``: the route takes none."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    access: Access = Access.CALLER
    needs_key: bool | None = None


ROUTES = (
    Route("GET", "/health/liveness", health.liveness, Access.EVERYBODY),
    Route("GET", "/health/readiness", health.readiness, Access.EVERYBODY),
    Route("POST", "/v1/auth/register", auth.register, Access.EVERYBODY),
    Route("POST", "/v1/auth/login", auth.log_in, Access.EVERYBODY),
    Route("POST", "/v1/onboarding", onboarding.submit, needs_key=False),
    Route("GET", "/v1/onboarding", onboarding.show),
    Route("POST", "/v1/wallets", wallets.create, needs_key=True),
    Route("GET", "/v1/wallets", wallets.listing),
    Route("POST", "/v1/deposits", deposits.announce, needs_key=True),
    Route("GET", "/v1/deposits", deposits.listing),
    Route("GET", "/v1/deposits/{id}", deposits.show),
    Route("POST", "/v1/withdrawals", withdrawals.submit, needs_key=True),
    Route("GET", "/v1/withdrawals", withdrawals.listing),
    Route("GET", "/v1/withdrawals/{id}", withdrawals.show),
    Route("GET", "/v1/assets", catalogue.assets),
    Route("GET", "/v1/assets/{symbol}", catalogue.asset),
    Route("GET", "/v1/baskets", catalogue.baskets),
    Route("GET", "/v1/baskets/{id}", catalogue.basket),
    Route("POST", "/v1/orders", orders.place, needs_key=True),
    Route("GET", "/v1/orders", orders.listing),
    Route("GET", "/v1/orders/{id}", orders.show),
    Route("DELETE", "/v1/orders/{id}", orders.cancel, needs_key=False),
    Route("POST", "/v1/orders/{id}/cancel", orders.cancel, needs_key=False),
    Route("GET", "/v1/balances", portfolio.balances),
    Route("GET", "/v1/portfolio", portfolio.portfolio),
    Route("GET", "/v1/trails/{id}", trails.show),
    Route("POST", "/v1/webhooks/circle", webhooks.circle, Access.PROVIDER),
    Route("HEAD", "/v1/webhooks/circle", webhooks.reachable, Access.EVERYBODY),
    Route("POST", "/v1/webhooks/due", webhooks.due, Access.PROVIDER),
)
