"""The market: what can be traded, what it costs now, and who wants to hear when that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.money import USD, Money
from entrypoints.sandbox.alpaca.amounts import value
from entrypoints.sandbox.alpaca.errors import Missing, Unprocessable
from entrypoints.sandbox.alpaca.symbols import Listing


class Market:
    """Prices stand still until ``move`` is called; the previous close is each listing's first price."""

    def __init__(self, *, listings: tuple[Listing, ...]) -> None:
        self._by_symbol = {listing.symbol: listing for listing in listings}
        self._by_id = {listing.asset_id: listing for listing in listings}
        self._prices = {each.symbol: Money(each.price_cents, USD) for each in listings}
        self._watchers: list[Callable[[str], None]] = []

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
        """The listing an order names. Raises ``Unprocessable`` for a symbol that is not one."""
        try:
            return self.find(symbol)
        except Missing:
            raise Unprocessable(f'asset "{symbol}" not found') from None

    def price(self, symbol: str) -> Money:
        return self._prices[symbol]

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
        for symbol in prices:
            for watcher in self._watchers:
                watcher(symbol)
