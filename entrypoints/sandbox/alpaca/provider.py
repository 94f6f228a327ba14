"""The sandbox broker: Alpaca's wire protocol over a small broker that keeps exact books."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from domain.money import Money
from entrypoints.sandbox.alpaca.accounts import Accounts
from entrypoints.sandbox.alpaca.activities import Activities
from entrypoints.sandbox.alpaca.banking import Links
from entrypoints.sandbox.alpaca.events import Events
from entrypoints.sandbox.alpaca.exchange import Exchange
from entrypoints.sandbox.alpaca.idempotency import Idempotency
from entrypoints.sandbox.alpaca.journals import Journals
from entrypoints.sandbox.alpaca.market import Market
from entrypoints.sandbox.alpaca.order_view import order_view
from entrypoints.sandbox.alpaca.orders import Orders
from entrypoints.sandbox.alpaca.routes.accounts import AccountRoutes
from entrypoints.sandbox.alpaca.routes.activities import ActivityRoutes
from entrypoints.sandbox.alpaca.routes.banking import BankingRoutes
from entrypoints.sandbox.alpaca.routes.gate import Gate
from entrypoints.sandbox.alpaca.routes.journals import JournalRoutes
from entrypoints.sandbox.alpaca.routes.market import MarketRoutes
from entrypoints.sandbox.alpaca.routes.orders import OrderRoutes
from entrypoints.sandbox.alpaca.routes.positions import PositionRoutes
from entrypoints.sandbox.alpaca.routes.streams import StreamRoutes
from entrypoints.sandbox.alpaca.settings import AlpacaSandboxSettings
from entrypoints.sandbox.alpaca.trade_events import TradeEvents
from entrypoints.sandbox.alpaca.transfers import Transfers
from entrypoints.sandbox.world import World


class AlpacaSandbox:
    """
    Everything Alpaca, wired together.

    Mount ``routes`` (broker host), ``data_routes`` (market data host) and ``auth_routes`` (token host)
    each with ``middlewares``, and call ``close`` when the server shuts down, or open event streams
    hold it up.
    """

    def __init__(self, *, world: World, settings: AlpacaSandboxSettings | None = None) -> None:
        self.settings = settings or AlpacaSandboxSettings()
        self._world = world
        self.events = Events(world=world)
        self.accounts = Accounts(world=world, settings=self.settings, events=self.events)
        self.activities = Activities(world=world, events=self.events)
        self.market = Market(listings=self.settings.listings)
        self.banks = Links(world=world, what="bank")
        self.relationships = Links(world=world, what="ach relationship")
        self.gate = Gate(world=world, settings=self.settings)
        shared: dict[str, Any] = {"world": world, "settings": self.settings}
        money: dict[str, Any] = {
            **shared,
            "accounts": self.accounts,
            "activities": self.activities,
            "events": self.events,
        }
        self.idempotency = Idempotency()
        self.journals = Journals(**money, market=self.market)
        self.transfers = Transfers(**money, banks=self.banks, relationships=self.relationships)
        trades = TradeEvents(world, self.events)
        self.exchange = Exchange(**{**money, "events": trades}, market=self.market)
        self.orders = Orders(**shared, market=self.market, exchange=self.exchange, events=trades)

    def routes(self) -> list[web.RouteDef]:
        """The broker host. Fixed paths stand before those with an account id in the same place."""
        streams = StreamRoutes(
            world=self._world, events=self.events, heartbeat_s=self.settings.heartbeat_s
        )
        return [
            *ActivityRoutes(activities=self.activities).routes(),
            *AccountRoutes(world=self._world, accounts=self.accounts, market=self.market).routes(),
            *JournalRoutes(journals=self.journals, idempotency=self.idempotency).routes(),
            *self._banking().routes(),
            *OrderRoutes(accounts=self.accounts, orders=self.orders).routes(),
            *PositionRoutes(
                accounts=self.accounts, market=self.market, orders=self.orders
            ).routes(),
            *self._market_routes().routes(),
            *streams.routes(),
        ]

    def data_routes(self) -> list[web.RouteDef]:
        return self._market_routes().data_routes()

    def auth_routes(self) -> list[web.RouteDef]:
        return self.gate.auth_routes()

    def middlewares(self) -> list[Any]:
        return [self.gate.middleware]

    def close(self) -> None:
        """End the event streams."""
        self.events.bell.close()

    def books(self) -> dict[str, object]:
        """
        Everything a conservation check needs, amounts as decimal strings.

        The cash of all accounts plus ``exchange.cash`` equals ``deposited`` less ``withdrawn``; the
        shares of all accounts equal ``exchange.shares``.
        """
        return {
            "accounts": {account.id: account.book() for account in self.accounts},
            "exchange": {
                "cash": self.exchange.takings.decimal,
                "shares": _decimals(self.exchange.delivered),
            },
            "deposited": self.transfers.deposited.decimal,
            "withdrawn": self.transfers.withdrawn.decimal,
            "journals": [journal.view() for journal in self.journals],
            "transfers": [transfer.view() for transfer in self.transfers],
            "orders": [
                {**order_view(order), "account_id": order.account_id, "cash": order.cash.decimal}
                for order in self.orders
            ],
        }

    def _banking(self) -> BankingRoutes:
        return BankingRoutes(
            accounts=self.accounts,
            banks=self.banks,
            relationships=self.relationships,
            transfers=self.transfers,
        )

    def _market_routes(self) -> MarketRoutes:
        return MarketRoutes(world=self._world, settings=self.settings, market=self.market)


def _decimals(amounts: dict[str, Money]) -> dict[str, str]:
    return {symbol: amount.decimal for symbol, amount in amounts.items()}
