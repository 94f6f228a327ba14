"""The broker's trading side: orders, instruments, prices."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.ids import Reference
from domain.processes.facts.trading import OrderReported
from domain.trading.instrument import Instrument
from domain.trading.last_trade import LastTrade
from domain.trading.order import OrderTerms


class Exchange(Protocol):
    """All methods raise ``ProviderError``."""

    @abstractmethod
    async def place(
        self, reference: Reference, *, account_id: str, terms: OrderTerms, attempt: int
    ) -> OrderReported:
        """Place the order under ``reference`` as its client order id, at most once."""

    @abstractmethod
    async def find_order(
        self, reference: Reference, *, account_id: str
    ) -> OrderReported | None: ...

    @abstractmethod
    async def cancel(self, order: Reference, *, account_id: str) -> OrderReported:
        """
        Request the cancellation of an order that was placed; the order once it has ended, however it did.

        Raises ``ProviderUnavailable`` as long as it has not ended or cannot be found: request it again.
        """

    @abstractmethod
    async def instruments(self) -> Sequence[Instrument]:
        """Every listed instrument, tradable or not. Concurrent callers share one call."""

    @abstractmethod
    async def last_trades(self, symbols: Sequence[str]) -> Mapping[str, LastTrade]:
        """The last trade of each symbol; symbols without one are absent."""
