"""Rebalancing over HTTP: portfolios, subscriptions and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from aiohttp import web

from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.errors import Invalid, Unprocessable
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.portfolios import Portfolio, Portfolios, Subscription
from sandbox.alpaca.rebalance_run import RebalanceRun
from sandbox.alpaca.rebalancer import CASH_ONLY, FULL, Rebalancer
from sandbox.alpaca.routes.wire import answer, no_content, read_body, read_query
from sandbox.alpaca.weights import read_weights

PAGE_MAX = 1000
PAGE_DEFAULT = 100
COOLDOWN_DAYS_MAX = 366
CONDITIONS_MAX = 4


@attrs.frozen(kw_only=True)
class RebalancingRoutes:
    _accounts: Accounts
    _market: Market
    _portfolios: Portfolios
    _rebalancer: Rebalancer

    def routes(self) -> list[web.RouteDef]:
        portfolios, subscriptions, runs = (
            f"/v1/rebalancing/{name}" for name in ("portfolios", "subscriptions", "runs")
        )
        return [
            web.post(portfolios, self.create),
            web.get(portfolios, self.index),
            web.get(f"{portfolios}/{{portfolio_id}}", self.get),
            web.patch(f"{portfolios}/{{portfolio_id}}", self.update),
            web.delete(f"{portfolios}/{{portfolio_id}}", self.inactivate),
            web.post(subscriptions, self.subscribe),
            web.get(subscriptions, self.subscriptions),
            web.get(f"{subscriptions}/{{subscription_id}}", self.subscription),
            web.delete(f"{subscriptions}/{{subscription_id}}", self.unsubscribe),
            web.post(runs, self.run),
            web.get(runs, self.runs),
            web.get(f"{runs}/{{run_id}}", self.get_run),
            web.delete(f"{runs}/{{run_id}}", self.cancel_run),
        ]

    def _portfolio(self, request: web.Request) -> Portfolio:
        return self._portfolios.get(request.match_info["portfolio_id"])

    def _subscription(self, request: web.Request) -> Subscription:
        return self._portfolios.subscription(request.match_info["subscription_id"])

    def _run(self, request: web.Request) -> RebalanceRun:
        return self._rebalancer.get(request.match_info["run_id"])

    async def create(self, request: web.Request) -> web.Response:
        fields = await read_body(request)
        portfolio = self._portfolios.create(
            name=fields.text("name"),
            description=fields.optional("description") or "",
            weights=read_weights(fields, self._market),
            cooldown_days=fields.count("cooldown_days", default=0, maximum=COOLDOWN_DAYS_MAX),
            conditions=read_conditions(fields),
        )
        return answer(portfolio.view())

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        return answer([each.view() for each in self._portfolios if _matches(each, query)])

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._portfolio(request).view())

    async def update(self, request: web.Request) -> web.Response:
        portfolio, fields = self._portfolio(request), await read_body(request)
        if fields.values.get("weights") is not None:
            portfolio.weights = read_weights(fields, self._market)
        if fields.values.get("rebalance_conditions") is not None:
            portfolio.conditions = read_conditions(fields)
        portfolio.name = fields.optional("name") or portfolio.name
        portfolio.description = fields.optional("description") or portfolio.description
        portfolio.cooldown_days = fields.count(
            "cooldown_days", default=portfolio.cooldown_days, maximum=COOLDOWN_DAYS_MAX
        )
        self._portfolios.touch(portfolio)
        return answer(portfolio.view())

    async def inactivate(self, request: web.Request) -> web.Response:
        self._portfolios.inactivate(self._portfolio(request))
        return no_content()

    async def subscribe(self, request: web.Request) -> web.Response:
        """A new subscription starts with a run."""
        fields = await read_body(request)
        account = self._accounts.get(fields.uuid("account_id"))
        portfolio = self._portfolios.get(fields.uuid("portfolio_id"))
        made = self._portfolios.subscribe(account, portfolio)
        self._rebalancer.start(made, kind=FULL, weights=portfolio.weights, initiated_from="system")
        return answer(made.view())

    async def subscriptions(self, request: web.Request) -> web.Response:
        query = read_query(request)
        account_id, portfolio_id = query.optional("account_id"), query.optional("portfolio_id")
        found = [
            each.view()
            for each in self._portfolios.subscriptions()
            if account_id in {None, each.account.id} and portfolio_id in {None, each.portfolio.id}
        ]
        return answer(page_view("subscriptions", found, query))

    async def subscription(self, request: web.Request) -> web.Response:
        return answer(self._subscription(request).view())

    async def unsubscribe(self, request: web.Request) -> web.Response:
        self._portfolios.unsubscribe(self._subscription(request))
        return no_content()

    async def run(self, request: web.Request) -> web.Response:
        fields = await read_body(request)
        account = self._accounts.get(fields.uuid("account_id"))
        subscription = self._portfolios.followed_by(account)
        if subscription is None:
            raise Unprocessable("account is not subscribed to a portfolio")
        run = self._rebalancer.start(
            subscription,
            kind=fields.choice("type", (FULL, CASH_ONLY)),
            weights=read_weights(fields, self._market),
            initiated_from="api",
        )
        return answer(run.view())

    async def runs(self, request: web.Request) -> web.Response:
        query = read_query(request)
        account_id, kind = query.optional("account_id"), query.optional("type")
        found = [
            run.view()
            for run in self._rebalancer
            if account_id in {None, run.account.id} and kind in {None, run.kind}
        ]
        return answer(page_view("runs", found, query))

    async def get_run(self, request: web.Request) -> web.Response:
        return answer(self._run(request).view())

    async def cancel_run(self, request: web.Request) -> web.Response:
        self._rebalancer.cancel(self._run(request))
        return no_content()


def read_conditions(fields: Fields) -> list[dict[str, Any]]:
    """Only the kind is checked, since the sandbox does not act on conditions."""
    if not fields.values.get("rebalance_conditions"):
        return []
    conditions = fields.sections("rebalance_conditions", count_max=CONDITIONS_MAX)
    for condition in conditions:
        condition.choice("type", ("drift_band", "calendar"))
    return [dict(condition.values) for condition in conditions]


def page_view(name: str, found: Sequence[dict[str, object]], query: Fields) -> dict[str, object]:
    """The lines after the one that the token names."""
    token = query.optional("page_token")
    places = [index for index, each in enumerate(found) if each["id"] == token]
    if token is not None and not places:
        raise Invalid("page_token is invalid")
    start = places[0] + 1 if places else 0
    limit = max(query.count("limit", default=PAGE_DEFAULT, maximum=PAGE_MAX), 1)
    page = found[start : start + limit]
    more = start + limit < len(found)
    return {name: page, "next_page_token": page[-1]["id"] if more else None}


def _matches(portfolio: Portfolio, query: Fields) -> bool:
    symbol = query.optional("symbol")
    return (
        (query.optional("name") or "").lower() in portfolio.name.lower()
        and (query.optional("description") or "").lower() in portfolio.description.lower()
        and (symbol is None or symbol in portfolio.weights.assets)
        and query.optional("portfolio_id") in {None, portfolio.id}
        and query.optional("status") in {None, portfolio.status}
    )
