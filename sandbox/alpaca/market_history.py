"""Historical market data: bars, quotes and trades made from the moves of each price."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import attrs

from domain.money import USD, Money
from sandbox.alpaca.amounts import number
from sandbox.alpaca.market import Market
from sandbox.alpaca.timeframes import Span, Timeframe

LOT = 100
CENT = Money(1, USD)
Line = tuple[datetime, dict[str, object]]
Reader = Callable[[str, datetime, datetime], Iterator[Line]]


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def trade_view(at: datetime, price: Money) -> dict[str, object]:
    return {"t": stamp(at), "x": "V", "p": number(price), "s": LOT, "c": ["@"], "i": 1, "z": "C"}


def quote_view(at: datetime, price: Money) -> dict[str, object]:
    sizes = {"as": LOT, "bs": LOT, "ax": "V", "bx": "V", "c": ["R"], "z": "C"}
    return {"t": stamp(at), "ap": number(price + CENT), "bp": number(price - CENT), **sizes}


@attrs.frozen
class MarketHistory:
    """Each method yields lines of one symbol, oldest first, each with its time."""

    _market: Market

    def trades(self, symbol: str, start: datetime, end: datetime) -> Iterator[Line]:
        for quote in self._market.quotes(symbol, start, end):
            yield quote.at, trade_view(quote.at, quote.price)

    def quotes(self, symbol: str, start: datetime, end: datetime) -> Iterator[Line]:
        for quote in self._market.quotes(symbol, start, end):
            yield quote.at, quote_view(quote.at, quote.price)

    def bars(self, timeframe: Timeframe) -> Reader:
        def read(symbol: str, start: datetime, end: datetime) -> Iterator[Line]:
            for span in timeframe.spans(start, end):
                yield span.start, self.bar(symbol, span)

        return read

    def bar(self, symbol: str, span: Span) -> dict[str, object]:
        """The bar of a span; a price that did not change has one, too."""
        moves = [quote.price for quote in self._market.quotes(symbol, span.start, span.end)]
        first = self._market.price_at(symbol, span.start)
        every = [first, *moves]
        return {
            "t": stamp(span.start),
            "o": number(first),
            "h": number(max(every, key=_minor)),
            "l": number(min(every, key=_minor)),
            "c": number(every[-1]),
            "v": LOT * len(every),
            "n": len(every),
            "vw": number(Money(sum(map(_minor, every)) // len(every), USD)),
        }


def _minor(price: Money) -> int:
    return price.minor
