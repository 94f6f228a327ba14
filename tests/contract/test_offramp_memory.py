from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.offramp import PAYABLE_FOR, InMemoryOfframp
from domain.accounts.onboarding import ProviderAccountStatus
from domain.funding.conversion import Conversion, PayOnChain
from domain.ids import Reference
from domain.money import USD, USDC, Money
from domain.wallets.wallet import CustodyWallet
from ports.errors import ProviderRejected
from tests.contract.memory_broker import Faulty
from tests.contract.offramp import OfframpContract
from tests.contract.offramp_rig import (
    AMOUNT,
    CONVERSION,
    WALLET,
    OfframpRig,
    open_approved,
)


class MemoryOfframpRig(Faulty, OfframpRig):
    def __init__(self) -> None:
        self.clock = ManualClock()
        self._dollars = Money.zero(USD)
        self._usdc: dict[str, Money] = {}
        self._offramp = InMemoryOfframp(
            clock=self.clock,
            standing=ProviderAccountStatus.PENDING,
            settles_at_once=False,
            on_dollars=self._count,
            on_usdc=self._keep,
        )
        self.faults = self._offramp.faults

    def _count(self, amount: Money, _reference: Reference) -> None:
        self._dollars += amount

    def _keep(self, amount: Money, address: str) -> None:
        self._usdc[address] = self._usdc.get(address, Money.zero(USDC)) + amount

    @property
    def offramp(self) -> InMemoryOfframp:
        return self._offramp

    async def pay(self, conversion: Conversion, amount: Money, *, wallet: CustodyWallet) -> None:
        del wallet
        if isinstance(conversion.pay, PayOnChain):
            self._offramp.receive_usdc(conversion.pay.address, amount)
        else:
            self._offramp.receive_wire(conversion.pay, amount)

    async def let_lapse(self) -> None:
        self.clock.advance(PAYABLE_FOR.total_seconds())

    async def opened(self, account_id: str) -> int:
        del account_id
        return self._offramp.opened

    def dollars(self) -> Money:
        return self._dollars

    def usdc(self, wallet: CustodyWallet) -> Money:
        return self._usdc[wallet.address]

    async def pass_time(self) -> None:
        for account_id in self._offramp.accounts():
            self._offramp.decide(account_id, ProviderAccountStatus.APPROVED)
        for ref in self._offramp.paid():
            self._offramp.settle(ref)


class TestInMemoryOfframp(OfframpContract):
    @pytest.fixture
    def rig(self) -> MemoryOfframpRig:
        return MemoryOfframpRig()

    async def test_what_comes_late_is_kept_for_a_person(self, rig: MemoryOfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id)
        await rig.let_lapse()
        await rig.pay(conversion, AMOUNT, wallet=WALLET)
        await rig.pass_time()
        assert rig.offramp.received[USDC] == AMOUNT
        assert not rig.offramp.delivered[USD]

    async def test_a_switched_on_refusal_happens_once(self, rig: MemoryOfframpRig) -> None:
        account_id = await open_approved(rig)
        rig.faults.refuse("the sun is in its eyes")
        with pytest.raises(ProviderRejected, match="sun"):
            await self.open(rig, account_id)
        assert (await self.open(rig, account_id)).reference == CONVERSION
