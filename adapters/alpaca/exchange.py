"""Alpaca as the exchange (alpaca.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import attrs

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import looking_first, reading
from adapters.alpaca.market import MarketApi
from adapters.alpaca.orders import OrdersApi
from adapters.alpaca.settings import PROVIDER
from adapters.alpaca.translation import chain_reported, is_cancelable, replaced_by
from adapters.http.single_flight import SingleFlight
from domain.ids import Reference
from domain.processes.facts.trading import OrderReported
from domain.quantity import Price
from domain.trading.instrument import Instrument
from domain.trading.last_trade import LastTrade
from domain.trading.order import OrderTerms
from ports.errors import ProviderOutcomeUnknown, ProviderUnavailable
from ports.exchange import Exchange

SYMBOLS_MAX = 100
"""The most symbols that one call asks for, so that its address stays short."""

REPLACEMENTS_MAX = 32
"""How many orders that replace one another are followed."""


@attrs.frozen(kw_only=True)
class AlpacaExchange(Exchange):
    """An order is identified by its client order id, which is our reference and unique at Alpaca."""

    _orders: OrdersApi
    _market: MarketApi
    _stocks: SingleFlight[Sequence[Instrument]] = attrs.field(init=False)

    @_stocks.default
    def _shared(self) -> SingleFlight[Sequence[Instrument]]:
        return SingleFlight(self._download)

    @classmethod
    def over(cls, client: AlpacaClient) -> Self:
        return cls(orders=OrdersApi(client), market=MarketApi(client))

    async def place(
        self, reference: Reference, *, account_id: str, terms: OrderTerms, attempt: int
    ) -> OrderReported:
        if attempt > 1 and (earlier := await self._earlier(reference, account_id)):
            return earlier
        order = await self._orders.place(account_id, _order(reference, terms))
        if order is not None:
            return _reported(reference, [order])
        if earlier := await self._earlier(reference, account_id):
            return earlier
        raise ProviderOutcomeUnknown(
            "the client order id is already used by an order, which cannot be found",
            provider=PROVIDER,
            operation="place_order",
        )

    async def find_order(self, reference: Reference, *, account_id: str) -> OrderReported | None:
        """The order with those that replaced it, as one."""
        chain = await self._chain(reference, account_id)
        return _reported(reference, chain) if chain else None

    async def cancel(self, order: Reference, *, account_id: str) -> OrderReported:
        chain = await self._chain(order, account_id)
        if not chain:
            raise _not_yet("the order cannot be found")
        with reading("find_order"):
            last, is_open = str(chain[-1]["id"]), is_cancelable(chain[-1])
        if is_open:
            await self._orders.cancel(account_id, last)
            chain = await self._chain(order, account_id)
        report = _reported(order, chain) if chain else None
        if report is None or not report.status.has_ended:
            raise _not_yet("the order has not ended yet")
        return report

    async def _chain(self, reference: Reference, account_id: str) -> Sequence[Mapping[str, Any]]:
        """The order and the orders that replaced it, in order; empty when there is none."""
        order = await self._orders.by_client_id(account_id, reference)
        chain = [] if order is None else [order]
        while chain and len(chain) < REPLACEMENTS_MAX and (successor := replaced_by(chain[-1])):
            order = await self._orders.by_id(account_id, successor)
            if order is None:
                raise _not_yet("the order that replaced it cannot be found")
            chain.append(order)
        return chain

    async def instruments(self) -> Sequence[Instrument]:
        return await self._stocks.get()

    async def last_trades(self, symbols: Sequence[str]) -> Mapping[str, LastTrade]:
        found: dict[str, LastTrade] = {}
        for start in range(0, len(symbols), SYMBOLS_MAX):
            answer = await self._market.latest_trades(symbols[start : start + SYMBOLS_MAX])
            with reading("latest_trades"):
                trades = answer["trades"] or {}
                found |= {symbol: _last_trade(trade) for symbol, trade in trades.items()}
        return found

    async def _download(self) -> Sequence[Instrument]:
        assets = await self._market.stocks()
        with reading("list_assets"):
            return tuple(map(_instrument, assets))

    async def _earlier(self, reference: Reference, account_id: str) -> OrderReported | None:
        with looking_first():
            return await self.find_order(reference, account_id=account_id)


def _order(reference: Reference, terms: OrderTerms) -> dict[str, str]:
    """A day order. Notional amounts have at most two decimals, quantities at most nine."""
    order = {
        "client_order_id": reference,
        "symbol": terms.symbol,
        "side": terms.side.value,
        "type": terms.type.value,
        "time_in_force": "day",
    }
    if terms.notional is not None:
        order["notional"] = terms.notional.decimal
    if terms.quantity is not None:
        order["qty"] = _trimmed(terms.quantity.decimal)
    if terms.limit_price is not None:
        order["limit_price"] = str(terms.limit_price)
    return order


def _trimmed(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".")


def _reported(reference: Reference, chain: Sequence[Mapping[str, Any]]) -> OrderReported:
    with reading("find_order"):
        return chain_reported(reference, chain)


def _not_yet(detail: str) -> ProviderUnavailable:
    return ProviderUnavailable(detail, provider=PROVIDER, operation="find_order")


def _last_trade(trade: Mapping[str, Any]) -> LastTrade:
    return LastTrade(price=Price.of(str(trade["p"])), at=datetime.fromisoformat(str(trade["t"])))


def _instrument(asset: Mapping[str, Any]) -> Instrument:
    return Instrument(
        symbol=str(asset["symbol"]),
        name=str(asset.get("name") or asset["symbol"]),
        exchange=str(asset["exchange"]),
        tradable=bool(asset["tradable"]),
        fractionable=bool(asset["fractionable"]),
    )
