from __future__ import annotations

import attrs
import pytest

from adapters.memory.books import InMemoryBooks
from adapters.memory.clock import ManualClock
from domain.money import Money
from domain.reconciliation.difference import Line, LineKind, Place
from ports.books import Holder
from ports.clock import Clock
from tests.contract.books import BooksRig, WorldBooksContract
from tests.support.builders import ADA, usdc


@attrs.define(kw_only=True)
class MemoryRig(BooksRig):
    _clock: ManualClock = attrs.field(factory=ManualClock)
    _books: InMemoryBooks = attrs.field(factory=lambda: InMemoryBooks(Place.CUSTODIAN))

    @property
    def holder(self) -> Holder:
        return Holder(owner=ADA)

    @property
    def amount(self) -> Money:
        return usdc("25")

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def books(self) -> InMemoryBooks:
        return self._books

    async def receive(self) -> None:
        kind, at = LineKind.PAYMENT, self.clock.now()
        self.books.plant(ADA, Line(id="in", amount=self.amount, at=at, kind=kind))

    def lose_answer(self) -> None:
        raise AssertionError("reading has no effect")

    def throttle(self, *, retry_after_s: int) -> None:
        self.books.is_down = retry_after_s > 0

    def be_unavailable(self) -> None:
        self.books.is_down = True

    async def pass_time(self) -> None:
        self._clock.advance(1)


class TestInMemoryBooks(WorldBooksContract):
    @pytest.fixture
    def rig(self) -> MemoryRig:
        return MemoryRig()
