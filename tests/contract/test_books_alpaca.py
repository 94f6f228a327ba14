from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from adapters.alpaca.books import AlpacaBooks
from adapters.system.clock import SystemClock
from domain.money import Money
from domain.reconciliation.difference import LineKind
from ports.books import Holder
from ports.clock import Clock
from tests.contract.alpaca_broker import AlpacaRig, open_alpaca
from tests.contract.books import BooksRig, WorldBooksContract
from tests.contract.brokerage_rig import AMOUNT, DEPOSIT, FUNDING, open_approved
from tests.support.builders import ADA


@attrs.define(kw_only=True)
class AlpacaBooksRig(BooksRig):
    alpaca: AlpacaRig

    @property
    def holder(self) -> Holder:
        return Holder(owner=ADA, broker_account_id=self.alpaca.account_id)

    @property
    def amount(self) -> Money:
        return AMOUNT

    @property
    def clock(self) -> Clock:
        return SystemClock()

    @property
    def books(self) -> AlpacaBooks:
        return AlpacaBooks.over(self.alpaca.client)

    async def receive(self) -> None:
        await self.alpaca.brokerage.journal(
            FUNDING,
            account_id=self.alpaca.account_id,
            amount=AMOUNT,
            to_investor=True,
            attempt=1,
        )

    def lose_answer(self) -> None:
        self.alpaca.lose_answer()

    def throttle(self, *, retry_after_s: int) -> None:
        self.alpaca.throttle(retry_after_s=retry_after_s)

    def be_unavailable(self) -> None:
        self.alpaca.be_unavailable()

    async def pass_time(self) -> None:
        await self.alpaca.pass_time()


class TestAlpacaBooks(WorldBooksContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[AlpacaBooksRig]:
        async with open_alpaca() as alpaca:
            alpaca.account_id = await open_approved(alpaca)
            yield AlpacaBooksRig(alpaca=alpaca)

    async def test_a_journal_of_ours_names_its_process(self, rig: AlpacaBooksRig) -> None:
        await self.test_what_came_is_held_and_explained_by_a_line(rig)
        since = rig.clock.now().replace(year=2020)
        (line,) = await rig.books.lines(rig.holder, since=since)
        assert (line.about, line.kind) == (DEPOSIT, LineKind.JOURNAL)
