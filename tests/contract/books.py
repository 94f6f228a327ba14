"""What every provider's books must show."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta

from domain.ids import InvestorId
from domain.money import Money
from ports.books import Holder, WorldBooks
from ports.clock import Clock
from tests.contract.rigs import Rig, eventually
from tests.support.builders import EVE


class BooksRig(Rig):
    """``holder`` has an account and nothing in it; ``clock`` is the provider's."""

    @property
    @abstractmethod
    def holder(self) -> Holder: ...

    @property
    @abstractmethod
    def amount(self) -> Money: ...

    @property
    @abstractmethod
    def clock(self) -> Clock: ...

    @property
    @abstractmethod
    def books(self) -> WorldBooks: ...

    @abstractmethod
    async def receive(self) -> None:
        """``amount`` comes to the holder."""


class WorldBooksContract:
    """Subclasses provide the fixture ``rig``."""

    async def test_what_came_is_held_and_explained_by_a_line(self, rig: BooksRig) -> None:
        await rig.receive()

        async def held() -> Money | None:
            found = await rig.books.holdings(rig.holder)
            money = (found or {}).get(rig.amount.asset)
            return money if money == rig.amount else None

        await eventually(rig, held, Money)
        (line,) = await rig.books.lines(rig.holder, since=rig.clock.now() - timedelta(days=1))
        assert line.amount == rig.amount

    async def test_there_are_no_lines_of_the_future(self, rig: BooksRig) -> None:
        await rig.receive()
        assert not await rig.books.lines(rig.holder, since=rig.clock.now() + timedelta(days=300))

    async def test_an_owner_without_an_account_has_nothing(self, rig: BooksRig) -> None:
        stranger = Holder(owner=InvestorId(EVE))
        assert not any((await rig.books.holdings(stranger) or {}).values())
        assert not await rig.books.lines(stranger, since=rig.clock.now() - timedelta(days=1))
