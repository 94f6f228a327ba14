from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.custodian import InMemoryCustodian
from domain.money import USDC, Money
from domain.processes.facts.funding import PaymentFailed
from domain.wallets.wallet import CustodyWallet
from tests.contract.custodian import AMOUNT, FUNDS, PAYMENT, CustodianContract, CustodianRig
from tests.contract.memory_broker import Faulty

OUTSIDE = "0x" + "ab" * 20


class MemoryCustodianRig(Faulty, CustodianRig):
    def __init__(self, *, settles_at_once: bool = True) -> None:
        self._clock = ManualClock()
        self.left: list[tuple[Money, str]] = []
        self._custodian = InMemoryCustodian(
            clock=self._clock,
            settles_at_once=settles_at_once,
            on_sent=lambda amount, address: self.left.append((amount, address)),
        )
        self.faults = self._custodian.faults

    @property
    def clock(self) -> ManualClock:
        return self._clock

    @property
    def custodian(self) -> InMemoryCustodian:
        return self._custodian

    async def freeze(self, wallet: CustodyWallet, *, is_frozen: bool) -> None:
        (self._custodian.freeze if is_frozen else self._custodian.unfreeze)(wallet)

    @property
    def listed(self) -> str:
        address = "0x" + "bc" * 20
        self._custodian.list_as(address, "a blocklist")
        return address

    async def fund(self, wallet: CustodyWallet, amount: Money) -> None:
        self._custodian.receive_usdc(wallet.address, amount, chain=wallet.chain)

    async def pass_time(self) -> None:
        self._clock.advance(1)


class TestInMemoryCustodian(CustodianContract):
    @pytest.fixture
    def rig(self) -> MemoryCustodianRig:
        return MemoryCustodianRig()

    async def test_what_leaves_is_told_and_counted(self, rig: MemoryCustodianRig) -> None:
        wallet = await self.funded(rig)
        await rig.custodian.send(
            PAYMENT, wallet=wallet, destination=OUTSIDE, amount=AMOUNT, attempt=1
        )
        assert rig.left == [(AMOUNT, OUTSIDE)]
        assert (
            rig.custodian.received - rig.custodian.sent
            == await self.held(rig, wallet)
            == FUNDS - AMOUNT
        )

    async def test_a_failed_transfer_gives_the_money_back(self) -> None:
        rig = MemoryCustodianRig(settles_at_once=False)
        wallet = await self.funded(rig)
        await rig.custodian.send(
            PAYMENT, wallet=wallet, destination=OUTSIDE, amount=AMOUNT, attempt=1
        )
        rig.custodian.fail(PAYMENT, "ESTIMATION_ERROR")
        rig.custodian.settle(PAYMENT)
        found = await rig.custodian.find_payment(PAYMENT, provider_id=None)
        assert found == PaymentFailed(reference=PAYMENT, reason="ESTIMATION_ERROR")
        assert await self.held(rig, wallet) == FUNDS
        assert rig.left == []

    async def test_an_arrival_becomes_final_later(self, rig: MemoryCustodianRig) -> None:
        wallet = await self.create(rig)
        seen = rig.custodian.receive_usdc(wallet.address, Money.of("1", USDC), final=False)
        assert not seen.final
        rig.custodian.finalise(seen.transaction_id)
        assert (await self.arrived(rig, wallet)).transaction_id == seen.transaction_id
