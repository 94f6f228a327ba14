"""The market: the listed assets, their prices now and before, and who is called after a change."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from domain.money import USD, Money
from sandbox.alpaca.amounts import value
from sandbox.alpaca.errors import Missing, Unprocessable
from sandbox.alpaca.symbols import Listing
from sandbox.world import World

PRICES_KEPT_MAX = 10_000


@attrs.frozen
class Quote:
    """A price and the time since which it was valid."""

    at: datetime
    price: Money


class Market:
    """Prices change only by ``move``; the previous close is each listing's first price."""

    def __init__(self, *, world: World, listings: tuple[Listing, ...]) -> None:
        self._world = world
        self._quotes: dict[str, list[Quote]] = defaultdict(list)
        self._by_symbol = {listing.symbol: listing for listing in listings}
        self._by_id = {listing.asset_id: listing for listing in listings}
        self._prices = {each.symbol: Money(each.price_cents, USD) for each in listings}
        self._watchers: list[Callable[[str], None]] = []
        self._closing_only: set[str] = set()

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Of a state from before assets could be closed to purchases, too."""
        self.__dict__.update({"_closing_only": set()} | kept)

    @property
    def listings(self) -> tuple[Listing, ...]:
        return tuple(self._by_symbol.values())

    def find(self, symbol_or_id: str) -> Listing:
        """Raises ``Missing``."""
        listing = self._by_symbol.get(symbol_or_id) or self._by_id.get(symbol_or_id)
        if listing is None:
            raise Missing(f"asset not found for {symbol_or_id}")
        return listing

    def tradable(self, symbol: str) -> Listing:
        """The listing that an order names. Raises ``Unprocessable`` for an unknown symbol."""
        try:
            listing = self.find(symbol)
        except Missing:
            raise Unprocessable(f'asset "{symbol}" not found') from None
        if not listing.active:
            raise Unprocessable(f'asset "{symbol}" is not active')
        return listing

    def is_tradable(self, listing: Listing) -> bool:
        return listing.active and listing.symbol not in self._closing_only

    def set_tradable(self, symbol: str, *, tradable: bool) -> None:
        """When not ``tradable``, shares can still be sold. Raises ``Missing``."""
        change = self._closing_only.discard if tradable else self._closing_only.add
        change(self.find(symbol).symbol)

    def price(self, symbol: str) -> Money:
        return self._prices[symbol]

    def price_at(self, symbol: str, moment: datetime) -> Money:
        """The price at ``moment``; the first one before any move."""
        quotes = self._quotes[symbol]
        end = bisect.bisect_right(quotes, moment, key=lambda quote: quote.at)
        return quotes[end - 1].price if end else self.previous_close(symbol)

    def quotes(self, symbol: str, start: datetime, end: datetime) -> Sequence[Quote]:
        """The moves of a price from ``start`` to just before ``end``, oldest first."""
        quotes = self._quotes[symbol]
        first = bisect.bisect_left(quotes, start, key=lambda quote: quote.at)
        last = bisect.bisect_left(quotes, end, key=lambda quote: quote.at)
        return quotes[first:last]

    def previous_close(self, symbol: str) -> Money:
        return Money(self._by_symbol[symbol].price_cents, USD)

    def value(self, symbol: str, quantity: Money) -> Money:
        return value(quantity, self.price(symbol))

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Call ``watcher(symbol)`` after each change of a price."""
        self._watchers.append(watcher)

    def move(self, prices: Mapping[str, Money]) -> None:
        """Set new prices. Raises ``Missing`` and changes nothing when a symbol is unknown."""
        for symbol in prices:
            self.find(symbol)
        self._prices.update(prices)
        now = self._world.clock.now()
        for symbol, price in prices.items():
            self._remember(symbol, Quote(now, price))
            for watcher in self._watchers:
                watcher(symbol)

    def _remember(self, symbol: str, quote: Quote) -> None:
        quotes = self._quotes[symbol]
        quotes.append(quote)
        if len(quotes) > PRICES_KEPT_MAX:
            del quotes[: PRICES_KEPT_MAX // 2]
