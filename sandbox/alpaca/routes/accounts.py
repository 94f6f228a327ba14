"""Customer accounts and their trading accounts over HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime

import attrs
from aiohttp import web

from sandbox.alpaca.account import Account
from sandbox.alpaca.account_view import (
    account_view,
    limits_view,
    trading_account_view,
)
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.configuration import read_changes
from sandbox.alpaca.errors import Missing
from sandbox.alpaca.market import Market
from sandbox.alpaca.portfolio import history_view, read_history_query
from sandbox.alpaca.routes.wire import (
    answer,
    every,
    names,
    no_content,
    read_body,
    read_query,
)
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.world import World

# guess: the documents name no limit for the list of accounts.
LISTED_MAX = 1000


@attrs.frozen(kw_only=True)
class AccountRoutes:
    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _market: Market

    def routes(self) -> list[web.RouteDef]:
        one = "/v1/accounts/{account_id}"
        trading = "/v1/trading/accounts/{account_id}/account"
        return [
            web.post("/v1/accounts", self.create),
            web.get("/v1/accounts", self.index),
            web.get(one, self.get),
            web.patch(one, self.update),
            web.post(f"{one}/actions/close", self.close),
            web.get(trading, self.trading),
            web.get(f"{trading}/limits", self.limits),
            web.get(f"{trading}/portfolio/history", self.history),
            web.get(f"{trading}/configurations", self.configuration),
            web.patch(f"{trading}/configurations", self.configure),
        ]

    def _account(self, request: web.Request) -> Account:
        return self._accounts.get(request.match_info["account_id"])

    async def create(self, request: web.Request) -> web.Response:
        return answer(account_view(self._accounts.create(await read_body(request))))

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        found = itertools.islice(self._matching(request), LISTED_MAX)
        sections = names(query, "entities")
        return answer([account_view(each, sections=sections) for each in found])

    def _matching(self, request: web.Request) -> Iterator[Account]:
        query = read_query(request)
        words, statuses = query.optional("query") or "", every(request, "status")
        after, before = query.moment("created_after"), query.moment("created_before")
        ordered = [each for each in self._accounts if not each.is_firm]
        if query.optional("sort") != "asc":
            ordered.reverse()
        return (
            each
            for each in ordered
            if (not statuses or each.status in statuses)
            and (after is None or datetime.fromisoformat(each.created_at) > after)
            and (before is None or datetime.fromisoformat(each.created_at) < before)
            and all(word in each.searchable for word in words.lower().split())
        )

    async def get(self, request: web.Request) -> web.Response:
        return answer(account_view(self._account(request)))

    async def update(self, request: web.Request) -> web.Response:
        account, fields = self._account(request), await read_body(request)
        self._accounts.update(account, fields)
        return answer(account_view(account))

    async def close(self, request: web.Request) -> web.Response:
        self._accounts.close(self._account(request))
        return no_content()

    async def trading(self, request: web.Request) -> web.Response:
        account, now = self._account(request), self._world.clock.now()
        return answer(trading_account_view(account, self._market, at=now))

    async def limits(self, request: web.Request) -> web.Response:
        limit = self._settings.daily_net_limit
        if limit is None:
            raise Missing("daily limits are not enabled")
        return answer(limits_view(self._account(request), limit, at=self._world.clock.now()))

    async def history(self, request: web.Request) -> web.Response:
        query = read_history_query(read_query(request), now=self._world.clock.now())
        return answer(history_view(self._account(request), self._market, query))

    async def configuration(self, request: web.Request) -> web.Response:
        return answer(self._account(request).configuration)

    async def configure(self, request: web.Request) -> web.Response:
        account, fields = self._account(request), await read_body(request)
        account.configuration.update(read_changes(fields.values))
        return answer(account.configuration)
