from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from adapters.circle.books import CircleBooks
from domain.ids import FIRM
from domain.money import Money
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.books import Holder
from ports.clock import Clock
from tests.contract.books import BooksRig, WorldBooksContract
from tests.contract.circle_custody import CircleRig, open_circle
from tests.contract.custodian import FUNDS, WALLET
from tests.contract.offramp_world import WorldClock


@attrs.define(kw_only=True)
class CircleBooksRig(BooksRig):
    circle: CircleRig
    wallet: CustodyWallet

    @property
    def holder(self) -> Holder:
        return Holder(owner=FIRM, wallets=(self.wallet,))

    @property
    def amount(self) -> Money:
        return FUNDS

    @property
    def clock(self) -> Clock:
        return WorldClock(self.circle.world)

    @property
    def books(self) -> CircleBooks:
        return CircleBooks(self.circle.client, self.circle.custodian)

    async def receive(self) -> None:
        await self.circle.fund(self.wallet, self.amount)

    def lose_answer(self) -> None:
        self.circle.lose_answer()

    def throttle(self, *, retry_after_s: int) -> None:
        self.circle.throttle(retry_after_s=retry_after_s)

    def be_unavailable(self) -> None:
        self.circle.be_unavailable()

    async def pass_time(self) -> None:
        await self.circle.pass_time()


class TestCircleBooks(WorldBooksContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[CircleBooksRig]:
        async with open_circle() as circle:
            made = await circle.custodian.create_wallet(
                WALLET, owner=FIRM, chain=Chain.POLYGON, attempt=1
            )
            wallet = CustodyWallet(
                chain=Chain.POLYGON, wallet_id=made.provider_id, address=made.address
            )
            yield CircleBooksRig(circle=circle, wallet=wallet)
