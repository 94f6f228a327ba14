"""The in-memory broker as the contract suites see it."""

from __future__ import annotations

from adapters.memory.brokerage import InMemoryBrokerage
from adapters.memory.exchange import InMemoryExchange
from adapters.memory.faults import Faults
from domain.funding.conversion import PayByWire
from domain.ids import Reference
from domain.money import USD, Money
from domain.processes.facts.trading import OrderStatus
from tests.contract.brokerage_rig import ADA, FIRM_CASH, FUNDING, NOWHERE, BrokerageRig
from tests.contract.exchange import BUY_LOW, CASH, ExchangeRig
from tests.contract.rigs import Rig


class Faulty(Rig):
    faults: Faults

    def lose_answer(self) -> None:
        self.faults.lose_answer()

    def throttle(self, *, retry_after_s: int) -> None:
        self.faults.throttle(retry_after_s=retry_after_s)

    def be_unavailable(self) -> None:
        self.faults.be_unavailable()


class Watched(InMemoryBrokerage):
    """Leaves movements pending until time passes, and remembers which those are."""

    def __init__(self) -> None:
        self.arrived = Money.zero(USD)
        super().__init__(firm_cash=FIRM_CASH, settles_at_once=False, on_wired=self._count)

    def _count(self, _to: PayByWire, amount: Money) -> None:
        self.arrived += amount

    def pass_time(self) -> None:
        for ref, movement in self._movements.items():
            if movement.to == NOWHERE:
                self.fail(ref, "returned by the receiving bank")
            else:
                self.settle(ref)


class MemoryBrokerageRig(Faulty, BrokerageRig):
    def __init__(self) -> None:
        self._brokerage = Watched()
        self.faults = self._brokerage.faults

    @property
    def brokerage(self) -> Watched:
        return self._brokerage

    def wired(self) -> Money:
        return self._brokerage.arrived

    async def pass_time(self) -> None:
        self._brokerage.pass_time()


class Market(InMemoryExchange):
    """Fills market orders when time passes."""

    def pass_time(self) -> None:
        for ref in self._open():
            self.fill(ref)

    def _open(self) -> list[Reference]:
        return [
            ref
            for ref, order in self._orders.items()
            if order.status is OrderStatus.ACCEPTED and order.terms != BUY_LOW
        ]


class MemoryExchangeRig(Faulty, ExchangeRig):
    def __init__(self, brokerage: InMemoryBrokerage, account_id: str) -> None:
        self._brokerage = brokerage
        self._exchange = Market(brokerage)
        self.faults = self._exchange.faults
        self.account_id = account_id

    @property
    def brokerage(self) -> InMemoryBrokerage:
        return self._brokerage

    @property
    def exchange(self) -> Market:
        return self._exchange

    async def pass_time(self) -> None:
        self._exchange.pass_time()


async def open_exchange() -> MemoryExchangeRig:
    brokerage = InMemoryBrokerage(firm_cash=CASH)
    opened = await brokerage.open_account(FUNDING, profile=ADA, attempt=1)
    await brokerage.journal(
        FUNDING, account_id=opened.account_id, amount=CASH, to_investor=True, attempt=1
    )
    return MemoryExchangeRig(brokerage, opened.account_id)
