"""The catalogue: the broker's instruments, cached for a while, and the firm's baskets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from domain.ids import ProcessId
from domain.trading.instrument import (
    Basket,
    Instrument,
    InstrumentList,
    UnknownBasket,
    UnknownInstrument,
)
from domain.trading.order import InvalidOrder, Order, OrderTerms
from ports.clock import Clock
from ports.errors import ProviderError
from ports.exchange import Exchange
from ports.ids import Ids

FRESH_FOR = timedelta(minutes=10)
USABLE_FOR = timedelta(hours=24)
"""How long the last list is used while the broker does not give a newer one."""
RETRY_AFTER = timedelta(seconds=30)
"""The pause after a list that could not be had; meanwhile the last one is used."""
DOUBTED_FROM = timedelta(seconds=1)
"""The age from which a list that does not allow an order is read again."""
DOUBTED_EVERY = timedelta(seconds=60)
"""How often at most a list is read again for the same kind of contradiction."""
WHOLE_SHARE = 10**9


@attrs.define
class Catalogue:
    """
    Instruments change rarely, so the list is kept for ten minutes.

    It is read again early when it is contradicted: by an order that it does not allow, which the broker may
    take by now, and by an order that it allowed and the broker refused.
    """

    _exchange: Exchange
    _clock: Clock
    _ids: Ids
    _baskets: tuple[Basket, ...]
    _listed: Sequence[Instrument] = attrs.field(default=(), init=False)
    _instruments: Mapping[str, Instrument] = attrs.field(factory=dict, init=False)
    _read_at: datetime | None = attrs.field(default=None, init=False)
    _failed_at: datetime | None = attrs.field(default=None, init=False)
    _mark: ProcessId | None = attrs.field(default=None, init=False)
    _doubted: dict[str, datetime] = attrs.field(factory=dict, init=False)

    async def instruments(self) -> InstrumentList:
        """Every instrument of the broker, tradable or not. Raises ``ProviderError``."""
        found = tuple((await self._current()).values())
        as_of = self._read_at or self._clock.now()
        return InstrumentList(instruments=found, as_of=as_of, is_stale=self._is_stale())

    async def instrument(self, symbol: str) -> Instrument:
        """Raises ``UnknownInstrument`` or ``ProviderError``."""
        instrument = (await self._current()).get(symbol)
        if instrument is None:
            instrument = (await self._doubting()).get(symbol)
        if instrument is None:
            raise UnknownInstrument(f"unknown symbol {symbol[:20]!r}", field="symbol")
        return instrument

    async def require_tradable(self, terms: OrderTerms, *, refused: Order | None = None) -> None:
        """
        Whether the instrument can be bought on these terms; a sale is the broker's to judge.

        ``refused`` is the investor's last order that the broker refused.
        Raises ``UnknownInstrument``, ``InvalidOrder`` or ``ProviderError``.
        """
        await self._current()
        if refused and refused.terms.symbol == terms.symbol and refused.id > (self._mark or ""):
            await self._read_again("it allowed what the broker refused")
        instrument = await self.instrument(terms.symbol)
        if not _allows(instrument, terms):
            instrument = (await self._doubting()).get(terms.symbol, instrument)
        if not instrument.tradable:
            raise UnknownInstrument(f"{terms.symbol} cannot be bought now", field="symbol")
        if not _allows(instrument, terms):
            raise InvalidOrder(f"{terms.symbol} trades in whole shares only", field="quantity")

    @property
    def baskets(self) -> Sequence[Basket]:
        return self._baskets

    def basket(self, basket_id: str) -> Basket:
        """Raises ``UnknownBasket``."""
        for basket in self._baskets:
            if basket.id == basket_id:
                return basket
        raise UnknownBasket

    async def _current(self) -> Mapping[str, Instrument]:
        if self._age() is None or self._is_stale():
            await self._read()
        return self._instruments

    async def _doubting(self) -> Mapping[str, Instrument]:
        """The list, read again because it does not allow something."""
        if (age := self._age()) and age >= DOUBTED_FROM:
            await self._read_again("it does not allow what is asked for")
        return self._instruments

    async def _read_again(self, reason: str) -> None:
        now = self._clock.now()
        last = self._doubted.get(reason)
        if last is None or now - last > DOUBTED_EVERY:
            self._doubted[reason] = now
            await self._read()

    async def _read(self) -> None:
        """Read the list, or continue with the last one while it is usable. Raises ``ProviderError``."""
        now, age = self._clock.now(), self._age()
        is_usable = age is not None and age <= USABLE_FOR
        if is_usable and self._failed_at and now - self._failed_at < RETRY_AFTER:
            return
        mark = self._ids.new()
        try:
            found = await self._exchange.instruments()
        except ProviderError:
            self._failed_at = now
            if not is_usable:
                raise
            return
        if found is not self._listed:
            self._listed = found
            self._instruments = {i.symbol: i for i in sorted(found, key=lambda i: i.symbol)}
        self._read_at, self._mark, self._failed_at = now, mark, None

    def _age(self) -> timedelta | None:
        return None if self._read_at is None else self._clock.now() - self._read_at

    def _is_stale(self) -> bool:
        return (self._age() or timedelta()) > FRESH_FOR


def _allows(instrument: Instrument, terms: OrderTerms) -> bool:
    is_fractional = terms.quantity is None or terms.quantity.minor % WHOLE_SHARE != 0
    return instrument.tradable and (instrument.fractionable or not is_fractional)
