"""The catalogue: the broker's instruments, cached for a while, and the firm's baskets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from domain.money import Money
from domain.trading.instrument import Basket, Instrument, UnknownBasket, UnknownInstrument
from domain.trading.order import InvalidOrder, OrderTerms
from ports.clock import Clock
from ports.exchange import Exchange

FRESH_FOR = timedelta(minutes=10)
WHOLE_SHARE = 10**9


@attrs.define
class Catalogue:
    """Instruments change rarely; they are read again after ten minutes."""

    _exchange: Exchange
    _clock: Clock
    _baskets: tuple[Basket, ...]
    _instruments: Mapping[str, Instrument] = attrs.field(factory=dict, init=False)
    _read_at: datetime | None = attrs.field(default=None, init=False)

    async def instruments(self) -> Sequence[Instrument]:
        """Every tradable instrument, by symbol."""
        return list((await self._fresh()).values())

    async def instrument(self, symbol: str) -> Instrument:
        """Raises ``UnknownInstrument``."""
        instrument = (await self._fresh()).get(symbol)
        if instrument is None:
            raise UnknownInstrument(f"unknown symbol {symbol[:20]!r}", field="symbol")
        return instrument

    async def require_tradable(self, terms: OrderTerms) -> None:
        """Raises ``UnknownInstrument``, or ``InvalidOrder`` if the instrument does not allow the terms."""
        instrument = await self.instrument(terms.symbol)
        if not instrument.tradable:
            raise UnknownInstrument(f"{terms.symbol} cannot be traded", field="symbol")
        if not instrument.fractionable and _is_fractional(terms.notional, terms.quantity):
            raise InvalidOrder(f"{terms.symbol} trades in whole shares only", field="quantity")
        if terms.limit_price is not None and not terms.limit_price.is_whole_cents:
            raise InvalidOrder("the limit price must be in whole cents", field="limit_price")

    @property
    def baskets(self) -> Sequence[Basket]:
        return self._baskets

    def basket(self, basket_id: str) -> Basket:
        """Raises ``UnknownBasket``."""
        for basket in self._baskets:
            if basket.id == basket_id:
                return basket
        raise UnknownBasket

    async def _fresh(self) -> Mapping[str, Instrument]:
        now = self._clock.now()
        if self._read_at is None or now - self._read_at > FRESH_FOR:
            found = await self._exchange.instruments()
            self._instruments = {i.symbol: i for i in sorted(found, key=lambda i: i.symbol)}
            self._read_at = now
        return self._instruments


def _is_fractional(notional: Money | None, quantity: Money | None) -> bool:
    return notional is not None or (quantity is not None and quantity.minor % WHOLE_SHARE != 0)
