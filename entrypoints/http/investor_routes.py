"""The part of the URL table for investors: onboarding, funding, trading and what they own."""

from __future__ import annotations

from domain.accounts.roles import Scope
from entrypoints.http import contracts
from entrypoints.http.access import Access
from entrypoints.http.handlers import (
    catalogue,
    deposits,
    limits,
    onboarding,
    orders,
    payout_addresses,
    portfolio,
    trails,
    wallets,
    withdrawals,
)
from entrypoints.http.rate_limits import Quota
from entrypoints.http.route import Route

INVESTOR_ROUTES = (
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
)
