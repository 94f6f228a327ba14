"""The sandbox broker: Alpaca's wire protocol over a small broker that keeps exact books."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from domain.money import Money
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.banking import Links
from sandbox.alpaca.commissions import Income
from sandbox.alpaca.corporate_actions import CorporateActions
from sandbox.alpaca.corrections import Corrections
from sandbox.alpaca.counterparty import Counterparty
from sandbox.alpaca.events import Events
from sandbox.alpaca.exchange import Exchange
from sandbox.alpaca.hours import Hours
from sandbox.alpaca.idempotency import Idempotency
from sandbox.alpaca.instant_funding import InstantFunding
from sandbox.alpaca.journals import Journals
from sandbox.alpaca.legs import Legs
from sandbox.alpaca.market import Market
from sandbox.alpaca.market_history import MarketHistory
from sandbox.alpaca.order_view import order_view
from sandbox.alpaca.orders import Orders
from sandbox.alpaca.portfolios import Portfolios
from sandbox.alpaca.rebalancer import Rebalancer
from sandbox.alpaca.routes.accounts import AccountRoutes
from sandbox.alpaca.routes.activities import ActivityRoutes
from sandbox.alpaca.routes.auth import Auth
from sandbox.alpaca.routes.banking import BankingRoutes
from sandbox.alpaca.routes.corporate_actions import CorporateActionRoutes
from sandbox.alpaca.routes.corrections import CorrectionRoutes
from sandbox.alpaca.routes.data import DataRoutes
from sandbox.alpaca.routes.documents import DocumentRoutes
from sandbox.alpaca.routes.instant_funding import InstantFundingRoutes
from sandbox.alpaca.routes.journals import JournalRoutes
from sandbox.alpaca.routes.market import MarketRoutes
from sandbox.alpaca.routes.orders import OrderRoutes
from sandbox.alpaca.routes.positions import PositionRoutes
from sandbox.alpaca.routes.rebalancing import RebalancingRoutes
from sandbox.alpaca.routes.streams import StreamRoutes
from sandbox.alpaca.routes.watchlists import WatchlistRoutes
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.statements import Statements
from sandbox.alpaca.trade_events import TradeEvents
from sandbox.alpaca.transfers import Transfers
from sandbox.alpaca.watchlists import Watchlists
from sandbox.limiter import Limiter
from sandbox.world import World


class AlpacaSandbox:
    """
    All parts of Alpaca, wired together.

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
        self.market = Market(world=world, listings=self.settings.listings)
        self.hours = Hours(world=world, always_open=self.settings.market_always_open)
        self.income = Income()
        self.idempotency = Idempotency()
        self.watchlists = Watchlists(world=world, market=self.market)
        self.auth = Auth(
            world=world,
            settings=self.settings,
            limiter=Limiter(limit=self.settings.rate_limit, window_s=self.settings.rate_window_s),
        )
        self._build_funding()
        self._build_trading()

    def _build_funding(self) -> None:
        self.banks = Links(world=self._world, what="bank")
        self.relationships = Links(world=self._world, what="ach relationship")
        money: dict[str, Any] = {
            "world": self._world,
            "settings": self.settings,
            "accounts": self.accounts,
            "activities": self.activities,
        }
        publishing = {**money, "events": self.events}
        self.journals = Journals(**publishing, market=self.market)
        self.transfers = Transfers(**publishing, banks=self.banks, relationships=self.relationships)
        self.instant_funding = InstantFunding(**money, income=self.income)

    def _build_trading(self) -> None:
        trades = TradeEvents(self._world, self.events)
        self.counterparty = Counterparty(
            world=self._world, activities=self.activities, events=trades, income=self.income
        )
        shared: dict[str, Any] = {"accounts": self.accounts, "market": self.market}
        working: dict[str, Any] = {
            "world": self._world,
            "settings": self.settings,
            "market": self.market,
            "events": trades,
        }
        exchange = Exchange(
            **working, accounts=self.accounts, hours=self.hours, counterparty=self.counterparty
        )
        legs = Legs(**shared, exchange=exchange, events=trades)
        self.orders = Orders(**working, exchange=exchange, legs=legs)
        self.portfolios = Portfolios(world=self._world)
        self.rebalancer = Rebalancer(
            world=self._world,
            settings=self.settings,
            market=self.market,
            exchange=exchange,
            orders=self.orders,
        )
        traded: dict[str, Any] = {
            "world": self._world,
            "accounts": self.accounts,
            "counterparty": self.counterparty,
        }
        self.corporate_actions = CorporateActions(**traded)
        self.corrections = Corrections(**traded)

    def routes(self) -> list[web.RouteDef]:
        """The broker host. Fixed paths stand before those with an account id in the same place."""
        streams = StreamRoutes(
            world=self._world, events=self.events, heartbeat_s=self.settings.heartbeat_s
        )
        shared: dict[str, Any] = {"accounts": self.accounts, "market": self.market}
        positions = PositionRoutes(world=self._world, **shared, orders=self.orders)
        return [
            *ActivityRoutes(activities=self.activities).routes(),
            *positions.routes(),
            *AccountRoutes(world=self._world, settings=self.settings, **shared).routes(),
            *self._document_routes().routes(),
            *JournalRoutes(journals=self.journals, idempotency=self.idempotency).routes(),
            *self._instant_funding_routes().routes(),
            *self._banking_routes().routes(),
            *OrderRoutes(accounts=self.accounts, orders=self.orders).routes(),
            *WatchlistRoutes(**shared, watchlists=self.watchlists).routes(),
            *RebalancingRoutes(
                **shared, portfolios=self.portfolios, rebalancer=self.rebalancer
            ).routes(),
            *self._corporate_action_routes().routes(),
            *self._market_routes().routes(),
            *streams.routes(),
        ]

    def data_routes(self) -> list[web.RouteDef]:
        """The market data host, and the sandbox's own commands."""
        data = DataRoutes(world=self._world, market=self.market, history=MarketHistory(self.market))
        corrections = CorrectionRoutes(orders=self.orders, corrections=self.corrections)
        return [
            *data.routes(),
            *self._market_routes().controls(),
            *self._corporate_action_routes().controls(),
            *corrections.controls(),
        ]

    def auth_routes(self) -> list[web.RouteDef]:
        return self.auth.auth_routes()

    def middlewares(self) -> list[Any]:
        return [self.auth.middleware]

    def close(self) -> None:
        """End the event streams."""
        self.events.broadcast.close()

    def books(self) -> dict[str, object]:
        """
        Everything a conservation check needs, amounts as decimal strings.

        The cash of all accounts plus ``exchange.cash`` plus ``income`` equals ``deposited`` less
        ``withdrawn``; the shares of all accounts equal ``exchange.shares``.
        """
        return {
            "accounts": {account.id: account.book() for account in self.accounts},
            "exchange": {
                "cash": self.counterparty.takings.decimal,
                "shares": _decimals(self.counterparty.delivered),
            },
            "income": self.income.total.decimal,
            "deposited": self.transfers.deposited.decimal,
            "withdrawn": self.transfers.withdrawn.decimal,
            "journals": [journal.view() for journal in self.journals],
            "transfers": [transfer.view() for transfer in self.transfers],
            "orders": [
                {**order_view(order), "account_id": order.account_id, "cash": order.cash.decimal}
                for order in self.orders
            ],
        }

    def _document_routes(self) -> DocumentRoutes:
        return DocumentRoutes(accounts=self.accounts, statements=Statements(self.activities))

    def _instant_funding_routes(self) -> InstantFundingRoutes:
        return InstantFundingRoutes(
            settings=self.settings,
            accounts=self.accounts,
            funding=self.instant_funding,
            idempotency=self.idempotency,
        )

    def _banking_routes(self) -> BankingRoutes:
        return BankingRoutes(
            accounts=self.accounts,
            banks=self.banks,
            relationships=self.relationships,
            transfers=self.transfers,
        )

    def _corporate_action_routes(self) -> CorporateActionRoutes:
        return CorporateActionRoutes(market=self.market, actions=self.corporate_actions)

    def _market_routes(self) -> MarketRoutes:
        return MarketRoutes(world=self._world, hours=self.hours, market=self.market)


def _decimals(amounts: dict[str, Money]) -> dict[str, str]:
    return {symbol: amount.decimal for symbol, amount in amounts.items()}
