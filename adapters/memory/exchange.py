"""A stock exchange in memory: orders hold the cash or shares they need and are filled on demand."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import attrs

from adapters.memory.brokerage import InMemoryBrokerage
from adapters.memory.clock import ManualClock
from adapters.memory.faults import PROVIDER, Faults
from adapters.memory.support.books import Books
from domain.ids import Reference
from domain.money import USD, Money, Rounding
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.quantity import Price
from domain.trading.instrument import Instrument
from domain.trading.last_trade import LastTrade
from domain.trading.order import OrderTerms, Side
from domain.trading.report_age import ReportAge
from ports.clock import Clock
from ports.errors import ProviderError, ProviderRejected, ProviderUnavailable
from ports.exchange import Exchange

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LISTED = {
    "AAPL": "190.12",
    "MSFT": "415.50",
    "NVDA": "121.44",
    "VTI": "270.13",
    "SPY": "548.99",
}


@attrs.define(kw_only=True)
class Booked:
    """An order; ``gross`` is the exact cost of its fills in dollars."""

    id: str
    reference: Reference
    account_id: str
    terms: OrderTerms
    hold: Money
    filled: Money
    status: OrderStatus = OrderStatus.ACCEPTED
    gross: Fraction = Fraction(0)
    changes: int = 0

    @property
    def average(self) -> Price | None:
        whole = Fraction(self.filled.minor, 10**self.filled.asset.scale)
        return Price(self.gross / whole) if whole else None

    @property
    def cost(self) -> Money:
        """Rounded as at Alpaca: up for a buy, down for a sale."""
        rounding = Rounding.UP if self.terms.side is Side.BUY else Rounding.DOWN
        return (
            self.average.cost(self.filled, rounding=rounding) if self.average else Money.zero(USD)
        )

    def remaining(self, price: Price) -> Money:
        """The shares still to fill at ``price``, from the quantity or the notional of the order."""
        if self.terms.quantity is not None:
            return self.terms.quantity - self.filled
        notional = self.terms.notional or Money.zero(USD)
        left = Fraction(notional.minor, 10**USD.scale) - self.gross
        exact = max(left, Fraction(0)) / price.value * 10**self.filled.asset.scale
        return Money(Rounding.DOWN.apply(exact), self.filled.asset)


class InMemoryExchange(Exchange):
    """Trades for the accounts of ``brokerage``, with the same balances."""

    def __init__(
        self,
        brokerage: InMemoryBrokerage,
        *,
        prices: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """The attributes without an underscore are for a test to set."""
        self.faults = Faults()
        self.market_data_failure: ProviderError | None = None
        self.listing_failure: ProviderError | None = None
        self.refused_symbols: set[str] = set()
        self.trade_ages: dict[str, timedelta] = {}
        self.listed_as: dict[str, Instrument] = {}
        self.unlisted: set[str] = set()
        self._clock = clock or ManualClock()
        self._brokerage = brokerage
        self._prices = {symbol: Price.of(text) for symbol, text in (prices or LISTED).items()}
        self._orders: dict[Reference, Booked] = {}
        self._numbers = itertools.count(1)

    @property
    def _books(self) -> Books:
        return self._brokerage.books

    def quote(self, symbol: str, price: str) -> None:
        """Set the price of the last trade of ``symbol``, which is listed from now on."""
        self._prices[symbol] = Price.of(price)

    def fill(self, ref: Reference, quantity: Money | None = None) -> OrderReported:
        """Fill ``quantity``, or all that remains, at the current price."""
        order = self._orders[ref]
        if order.status.has_ended:
            return _report(order)
        price = self._prices[order.terms.symbol]
        remaining = order.remaining(price)
        piece = remaining if quantity is None else min(quantity, remaining)
        self._exchange(order, piece, price)
        order.status = OrderStatus.OPEN
        order.changes += 1
        if piece == remaining:
            self.end(ref, OrderStatus.FILLED)
        return _report(order)

    def end(self, ref: Reference, status: OrderStatus) -> OrderReported:
        """End the order and release the rest of its hold."""
        order = self._orders[ref]
        if not order.status.has_ended:
            order.status = status
            order.changes += 1
            self._books.add(order.account_id, order.hold)
            order.hold = Money.zero(order.hold.asset)
        return _report(order)

    async def place(
        self,
        reference: Reference,
        *,
        account_id: str,
        terms: OrderTerms,
        attempt: int,  # noqa: ARG002 - a repeated reference has no second effect
    ) -> OrderReported:
        with self.faults.around("place"):
            if reference not in self._orders:
                self._orders[reference] = self._accept(reference, account_id, terms)
            return _report(self._orders[reference])

    async def find_order(self, reference: Reference, *, account_id: str) -> OrderReported | None:
        self.faults.check()
        order = self._orders.get(reference)
        return None if order is None or order.account_id != account_id else _report(order)

    async def cancel(self, order: Reference, *, account_id: str) -> OrderReported:
        with self.faults.around("cancel"):
            known = self._orders.get(order)
            if known is None or known.account_id != account_id:
                raise ProviderUnavailable("the order cannot be found", provider=PROVIDER)
            return self.end(order, OrderStatus.CANCELED)

    async def instruments(self) -> Sequence[Instrument]:
        self.faults.check()
        if self.listing_failure:
            raise self.listing_failure
        plain = (
            Instrument(
                symbol=symbol, name=symbol, exchange="MEMORY", tradable=True, fractionable=True
            )
            for symbol in self._prices
            if symbol not in self.unlisted
        )
        return tuple(self.listed_as.get(each.symbol, each) for each in plain)

    async def last_trades(self, symbols: Sequence[str]) -> Mapping[str, LastTrade]:
        self.faults.check()
        if self.market_data_failure:
            raise self.market_data_failure
        if refused := self.refused_symbols.intersection(symbols):
            raise ProviderRejected(f"invalid symbol: {min(refused)}", provider=PROVIDER)
        return {
            symbol: LastTrade(
                price=self._prices[symbol],
                at=self._clock.now() - self.trade_ages.get(symbol, timedelta()),
            )
            for symbol in symbols
            if symbol in self._prices
        }

    def _accept(self, ref: Reference, account_id: str, terms: OrderTerms) -> Booked:
        self._brokerage.require_active(account_id)
        if terms.symbol not in self._prices:
            raise ProviderRejected(f"{terms.symbol} is not traded here", provider=PROVIDER)
        order = Booked(
            id=f"order-{next(self._numbers)}",
            reference=ref,
            account_id=account_id,
            terms=terms,
            hold=Money.zero(USD),
            filled=Money.zero(terms.asset),
        )
        order.hold = self._needed(order)
        self._books.take(account_id, order.hold)
        return order

    def _needed(self, order: Booked) -> Money:
        """Dollars for a buy, shares for a sell."""
        price = order.terms.limit_price or self._prices[order.terms.symbol]
        if order.terms.side is Side.SELL:
            return order.remaining(price)
        return order.terms.notional or price.cost(order.remaining(price), rounding=Rounding.UP)

    def _exchange(self, order: Booked, piece: Money, price: Price) -> None:
        """Exchange shares and dollars with the market, using the hold first."""
        before = order.cost
        order.filled += piece
        order.gross += Fraction(piece.minor, 10**piece.asset.scale) * price.value
        paid = order.cost - before
        given, got = (paid, piece) if order.terms.side is Side.BUY else (piece, paid)
        from_hold = min(given, order.hold)
        order.hold -= from_hold
        self._books.add(order.account_id, from_hold - given)
        self._books.add(order.account_id, got)


def _report(order: Booked) -> OrderReported:
    return OrderReported(
        reference=order.reference,
        provider_id=order.id,
        status=order.status,
        filled=order.filled,
        average_price=order.average,
        reason="rejected by the broker" if order.status is OrderStatus.REJECTED else None,
        age=ReportAge(updated_at=EPOCH + timedelta(seconds=order.changes)),
        side=order.terms.side,
        account_id=order.account_id,
    )
