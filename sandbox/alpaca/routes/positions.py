"""Positions over HTTP."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.money import Asset, Money
from sandbox.alpaca.account import Account, Position
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.errors import AlpacaRefusal, Missing
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.order_view import order_view, position_view
from sandbox.alpaca.orders import Orders
from sandbox.alpaca.routes.wire import answer, is_true, read_query
from sandbox.world import World

PERCENTAGE = Asset("percent", 9)
WHOLE = 100 * 10**9


@attrs.frozen(kw_only=True)
class PositionRoutes:
    _world: World
    _accounts: Accounts
    _market: Market
    _orders: Orders

    def routes(self) -> list[web.RouteDef]:
        every = "/v1/trading/accounts/{account_id}/positions"
        one = f"{every}/{{symbol_or_id}}"
        return [
            web.get("/v1/accounts/positions", self.of_everyone),
            web.get(every, self.index),
            web.delete(every, self.close_all),
            web.get(one, self.get),
            web.delete(one, self.close),
        ]

    def _account(self, request: web.Request) -> Account:
        return self._accounts.get(request.match_info["account_id"])

    def _position(self, request: web.Request) -> Position:
        symbol = self._market.find(request.match_info["symbol_or_id"]).symbol
        position = self._account(request).position(symbol)
        if not position.shares.balance:
            raise Missing("position does not exist")
        return position

    async def of_everyone(self, _: web.Request) -> web.Response:
        """guess: as of now; Alpaca answers with the state of the last close."""
        positions = {
            account.id: [position_view(each, self._market) for each in account.held_positions()]
            for account in self._accounts
            if account.held_positions()
        }
        return answer({"as_of": self._world.clock.stamp(), "positions": positions})

    async def index(self, request: web.Request) -> web.Response:
        held = self._account(request).held_positions()
        return answer([position_view(position, self._market) for position in held])

    async def get(self, request: web.Request) -> web.Response:
        return answer(position_view(self._position(request), self._market))

    async def close(self, request: web.Request) -> web.Response:
        position = self._position(request)
        quantity = read_quantity(read_query(request), position)
        order = self._orders.close_position(self._account(request), position.symbol, quantity)
        return answer(order_view(order))

    async def close_all(self, request: web.Request) -> web.Response:
        account = self._account(request)
        if is_true(read_query(request), "cancel_orders"):
            self._orders.cancel_at_once(account)
        outcome = [self._try_to_close(account, each) for each in account.held_positions()]
        return answer(outcome, status=207)

    def _try_to_close(self, account: Account, position: Position) -> dict[str, object]:
        status = 200
        try:
            order = self._orders.close_position(account, position.symbol, position.shares.balance)
            body = order_view(order)
        except AlpacaRefusal as refusal:
            status, body = refusal.status, refusal.body
        return {"symbol": position.symbol, "status": status, "body": body}


def read_quantity(query: Fields, position: Position) -> Money:
    """``qty``, ``percentage`` of the position, or all of it."""
    balance = position.shares.balance
    percentage = query.amount("percentage", PERCENTAGE)
    if percentage is not None:
        return Money(balance.minor * percentage.minor // WHOLE, balance.asset)
    return query.amount("qty", balance.asset) or balance
