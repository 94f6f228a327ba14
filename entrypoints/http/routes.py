"""The whole URL table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from aiohttp import web

from domain.accounts.roles import Scope
from entrypoints.http import contracts
from entrypoints.http.access import Access, Needs
from entrypoints.http.contracts import Contract
from entrypoints.http.handlers import (
    api_keys,
    auth,
    budgets,
    catalogue,
    deposits,
    documentation,
    factors,
    health,
    limits,
    onboarding,
    orders,
    payout_addresses,
    portfolio,
    recovery,
    registration,
    trails,
    wallets,
    webhooks,
    withdrawals,
)
from entrypoints.http.quotas import Quota


@attrs.frozen
class Route:
    """
    ``needs_key`` says whether an idempotency key is needed; ``None``: the route takes none.

    ``quota`` is what a call is counted against. Where a row does not say, looking is a read, and changing
    something is a matter of money, or of who somebody is before they have logged in. ``scope`` is what an
    API key needs to have; ``step_up`` asks a person for a fresh proof.
    """

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    contract: Contract
    access: Access = Access.CALLER
    needs_key: bool | None = None
    scope: Scope = Scope.READ
    step_up: bool = False
    quota: Quota = attrs.field()

    @property
    def methods(self) -> tuple[str, ...]:
        """What the address takes for this: whatever can be got can be looked at by its headers alone."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @quota.default
    def _quota(self) -> Quota:
        if self.method in {"GET", "HEAD"}:
            return Quota.READS
        return Quota.MONEY if self.access.needs_caller else Quota.AUTH

    @property
    def needs(self) -> Needs:
        return Needs(access=self.access, scope=self.scope, step_up=self.step_up)


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
    Route("POST", "/v1/auth/register", registration.register, contracts.REGISTER, Access.EVERYBODY),
    Route(
        "POST",
        "/v1/auth/verification",
        registration.send_again,
        contracts.SEND_AGAIN,
        Access.EVERYBODY,
    ),
    Route("POST", "/v1/auth/verify", registration.verify, contracts.VERIFY, Access.EVERYBODY),
    Route("POST", "/v1/auth/password/forgot", recovery.forgot, contracts.FORGOT, Access.EVERYBODY),
    Route("POST", "/v1/auth/password/reset", recovery.reset, contracts.RESET, Access.EVERYBODY),
    Route("POST", "/v1/auth/login", auth.log_in, contracts.LOG_IN, Access.EVERYBODY),
    Route("POST", "/v1/auth/refresh", auth.refresh, contracts.REFRESH, Access.EVERYBODY),
    Route(
        "POST", "/v1/auth/logout", auth.log_out, contracts.LOG_OUT, Access.PERSON, quota=Quota.AUTH
    ),
    Route("GET", "/v1/auth/sessions", auth.sessions, contracts.SESSIONS, Access.PERSON),
    Route(
        "DELETE",
        "/v1/auth/sessions/{id}",
        auth.revoke,
        contracts.REVOKE,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/password",
        auth.change_password,
        contracts.PASSWORD,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route("GET", "/v1/auth/factors", factors.show, contracts.FACTORS, Access.PERSON),
    Route(
        "PUT",
        "/v1/auth/passcode",
        factors.set_passcode,
        contracts.SET_PASSCODE,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/authenticator",
        factors.offer,
        contracts.OFFER_AUTHENTICATOR,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/authenticator/confirm",
        factors.confirm,
        contracts.CONFIRM_AUTHENTICATOR,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "DELETE",
        "/v1/auth/authenticator",
        factors.remove,
        contracts.REMOVE_AUTHENTICATOR,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/recovery-codes",
        factors.renew,
        contracts.RENEW_RECOVERY_CODES,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/step-up",
        factors.step_up,
        contracts.STEP_UP,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/api-keys",
        api_keys.make,
        contracts.MAKE_KEY,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route("GET", "/v1/api-keys", api_keys.listing, contracts.API_KEYS, Access.PERSON),
    Route(
        "DELETE",
        "/v1/api-keys/{id}",
        api_keys.revoke,
        contracts.REVOKE_KEY,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/onboarding",
        onboarding.submit,
        contracts.ONBOARD,
        Access.PERSON,
        needs_key=False,
    ),
    Route("GET", "/v1/onboarding", onboarding.show, contracts.ONBOARDING),
    Route(
        "POST",
        "/v1/wallets",
        wallets.create,
        contracts.OPEN_WALLET,
        needs_key=True,
        scope=Scope.DEPOSIT,
    ),
    Route("GET", "/v1/wallets", wallets.listing, contracts.WALLETS),
    Route(
        "POST",
        "/v1/deposits",
        deposits.announce,
        contracts.DEPOSIT,
        needs_key=True,
        scope=Scope.DEPOSIT,
    ),
    Route("GET", "/v1/deposits", deposits.listing, contracts.DEPOSITS),
    Route("GET", "/v1/deposits/{id}", deposits.show, contracts.ONE_DEPOSIT),
    Route(
        "POST",
        "/v1/payout-addresses",
        payout_addresses.save,
        contracts.SAVE_ADDRESS,
        Access.PERSON,
        needs_key=True,
        step_up=True,
    ),
    Route(
        "GET",
        "/v1/payout-addresses",
        payout_addresses.listing,
        contracts.ADDRESSES,
        Access.PERSON,
    ),
    Route(
        "DELETE",
        "/v1/payout-addresses/{id}",
        payout_addresses.remove,
        contracts.REMOVE_ADDRESS,
        Access.PERSON,
    ),
    Route(
        "POST",
        "/v1/withdrawals",
        withdrawals.submit,
        contracts.WITHDRAW,
        needs_key=True,
        scope=Scope.WITHDRAW,
        step_up=True,
    ),
    Route("GET", "/v1/withdrawals", withdrawals.listing, contracts.WITHDRAWALS),
    Route("GET", "/v1/withdrawals/{id}", withdrawals.show, contracts.ONE_WITHDRAWAL),
    Route("GET", "/v1/assets", catalogue.assets, contracts.ASSETS),
    Route("GET", "/v1/assets/{symbol}", catalogue.asset, contracts.ONE_ASSET),
    Route("GET", "/v1/baskets", catalogue.baskets, contracts.BASKETS),
    Route("GET", "/v1/baskets/{id}", catalogue.basket, contracts.ONE_BASKET),
    Route(
        "POST",
        "/v1/orders",
        orders.place,
        contracts.ORDER,
        needs_key=True,
        scope=Scope.TRADE,
        quota=Quota.TRADING,
    ),
    Route("GET", "/v1/orders", orders.listing, contracts.ORDERS),
    Route("GET", "/v1/orders/{id}", orders.show, contracts.ONE_ORDER),
    Route(
        "DELETE",
        "/v1/orders/{id}",
        orders.cancel,
        contracts.CANCEL,
        needs_key=False,
        scope=Scope.TRADE,
        quota=Quota.TRADING,
    ),
    Route(
        "POST",
        "/v1/orders/{id}/cancel",
        orders.cancel,
        contracts.CANCEL,
        needs_key=False,
        scope=Scope.TRADE,
        quota=Quota.TRADING,
    ),
    Route("GET", "/v1/balances", portfolio.balances, contracts.BALANCES),
    Route("GET", "/v1/portfolio", portfolio.portfolio, contracts.PORTFOLIO),
    Route("GET", "/v1/limits", limits.show, contracts.LIMITS),
    Route("GET", "/v1/trails/{id}", trails.show, contracts.TRAIL),
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
)
