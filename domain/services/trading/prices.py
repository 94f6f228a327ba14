"""Prices of the last trades: required for some orders, and otherwise what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.trading.last_trade import KnownPrice, LastTrade
from domain.trading.reserve import PricesUnavailable
from ports.clock import Clock
from ports.errors import ProviderError, ProviderRejected
from ports.exchange import Exchange

REMEMBERED_MAX = 20_000
"""The most symbols whose last trade is remembered."""

CALLS_MAX = 16
"""The most calls for one answer, when symbols that the market refuses are searched."""


@attrs.define
class PriceService:
    """Only a purchase of a number of shares and a sale for dollars depend on market data."""

    _exchange: Exchange
    _clock: Clock
    _remembered: dict[str, LastTrade] = attrs.field(factory=dict, init=False)

    async def required(self, symbols: Sequence[str]) -> Mapping[str, KnownPrice]:
        """
        The current prices; a symbol without a recent trade is absent.

        Raises ``PricesUnavailable`` when market data cannot be asked.
        """
        try:
            found = await self._exchange.last_trades(symbols) if symbols else {}
        except ProviderError as error:
            raise PricesUnavailable from error
        self._remember(found)
        now = self._clock.now()
        return {
            symbol: KnownPrice(price=trade.price, at=trade.at, is_stale=False)
            for symbol, trade in found.items()
            if not trade.is_stale(at=now)
        }

    async def known(self, symbols: Sequence[str]) -> Mapping[str, KnownPrice]:
        """What is known of the prices, also from earlier answers; unknown symbols are absent."""
        found: dict[str, LastTrade] = {}
        waiting = [list(symbols)] if symbols else []
        for _ in range(CALLS_MAX):
            if not waiting:
                break
            asked = waiting.pop(0)
            try:
                found |= await self._exchange.last_trades(asked)
            except ProviderRejected:
                # One symbol that the market refuses must not cost the others their price.
                half = len(asked) // 2
                waiting += [part for part in (asked[:half], asked[half:]) if half and part]
            except ProviderError:
                break
        self._remember(found)
        return {
            symbol: self._as_known(self._remembered[symbol], is_current=symbol in found)
            for symbol in symbols
            if symbol in self._remembered
        }

    def _as_known(self, trade: LastTrade, *, is_current: bool) -> KnownPrice:
        is_stale = not is_current or trade.is_stale(at=self._clock.now())
        return KnownPrice(price=trade.price, at=trade.at, is_stale=is_stale)

    def _remember(self, found: Mapping[str, LastTrade]) -> None:
        for symbol, trade in found.items():
            self._remembered.pop(symbol, None)
            self._remembered[symbol] = trade
        while len(self._remembered) > REMEMBERED_MAX:
            del self._remembered[next(iter(self._remembered))]
