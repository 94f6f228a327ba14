"""What every custodian must do."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta

import pytest

from domain.ids import FIRM, ProcessId, Reference, reference
from domain.money import USDC, Money
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    TransferSeen,
    WalletCreated,
)
from domain.wallets.chain import Chain
from domain.wallets.wallet import AddressSource, CustodyWallet
from ports.clock import Clock
from ports.custody import Custodian, PaymentFact
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderWalletFrozen,
)
from tests.contract.rigs import Rig, eventually

FUNDS = Money.of("500.25", USDC)
AMOUNT = Money.of("120.000001", USDC)
MUCH = Money.of("500.250001", USDC)

WALLET = reference(ProcessId("01920000-0000-7000-8000-000000000001"), "create")
OTHER_WALLET = reference(ProcessId("01920000-0000-7000-8000-000000000002"), "create")
UNKNOWN = reference(ProcessId("01920000-0000-7000-8000-000000000009"), "create")
OTHERS = Chain.POLYGON.same_address_chains
PAYMENT = reference(ProcessId("01920000-0000-7000-8000-000000000003"), "payment")


class CustodianRig(Rig):
    @property
    @abstractmethod
    def clock(self) -> Clock:
        """The custodian's own."""

    @property
    @abstractmethod
    def custodian(self) -> Custodian: ...

    @abstractmethod
    async def fund(self, wallet: CustodyWallet, amount: Money) -> None:
        """USDC comes to the wallet from outside, in one transaction of its own."""

    @abstractmethod
    async def freeze(self, wallet: CustodyWallet, *, is_frozen: bool) -> None:
        """Let the custodian freeze the wallet, or release it."""

    @property
    @abstractmethod
    def listed(self) -> str:
        """An address on Polygon to which the custodian sends nothing."""


class CustodianContract:
    """Subclasses provide the fixture ``rig``."""

    async def create(
        self, rig: CustodianRig, ref: Reference = WALLET, chain: Chain = Chain.POLYGON
    ) -> CustodyWallet:
        made = await rig.custodian.create_wallet(ref, owner=FIRM, chain=chain, attempt=1)
        return CustodyWallet(chain=chain, wallet_id=made.provider_id, address=made.address)

    async def funded(self, rig: CustodianRig) -> CustodyWallet:
        wallet = await self.create(rig)
        await rig.fund(wallet, FUNDS)
        await self.arrived(rig, wallet)
        return wallet

    async def arrived(self, rig: CustodianRig, wallet: CustodyWallet) -> TransferSeen:
        """What came to the wallet first, once it is final."""
        since = rig.clock.now() - timedelta(days=1)

        async def first() -> TransferSeen | None:
            seen = await rig.custodian.inbound_since(since)
            final = [i for i in seen if isinstance(i, TransferSeen) and i.final]
            return next((i for i in final if i.wallet_id == wallet.wallet_id), None)

        return await eventually(rig, first, TransferSeen)

    async def pay(
        self, rig: CustodianRig, wallet: CustodyWallet, to: CustodyWallet, *, attempt: int = 1
    ) -> PaymentFact:
        return await rig.custodian.send(
            PAYMENT, wallet=wallet, destination=to.address, amount=AMOUNT, attempt=attempt
        )

    async def completed(self, rig: CustodianRig) -> PaymentCompleted:
        return await eventually(
            rig, lambda: rig.custodian.find_payment(PAYMENT, provider_id=None), PaymentCompleted
        )

    async def held(self, rig: CustodianRig, wallet: CustodyWallet) -> Money:
        return (await rig.custodian.holdings([wallet]))[wallet.wallet_id]

    @pytest.mark.parametrize("chain", [Chain.POLYGON, Chain.BASE, Chain.SOLANA])
    async def test_a_wallet_has_an_address_of_its_chain(
        self, rig: CustodianRig, chain: Chain
    ) -> None:
        wallet = await self.create(rig, chain=chain)
        assert chain.require_address(wallet.address, field="address") == wallet.address
        assert await self.held(rig, wallet) == Money.zero(USDC)

    async def test_the_same_reference_makes_one_wallet(self, rig: CustodianRig) -> None:
        made = [
            await rig.custodian.create_wallet(
                WALLET, owner=FIRM, chain=Chain.POLYGON, attempt=attempt
            )
            for attempt in (1, 2, 3)
        ]
        assert len(set(made)) == 1
        assert made[0].reference == WALLET

    async def test_another_reference_makes_another_wallet(self, rig: CustodianRig) -> None:
        one, other = await self.create(rig), await self.create(rig, OTHER_WALLET)
        assert one.wallet_id != other.wallet_id
        assert one.address != other.address

    async def test_a_wallet_whose_answer_was_lost_is_made_once(self, rig: CustodianRig) -> None:
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.create(rig)
        found = await rig.custodian.create_wallet(
            WALLET, owner=FIRM, chain=Chain.POLYGON, attempt=2
        )
        assert isinstance(found, WalletCreated)
        assert (await self.create(rig)).wallet_id == found.provider_id

    async def test_the_siblings_of_a_wallet_have_its_address(self, rig: CustodianRig) -> None:
        made = [
            await rig.custodian.create_wallet(
                WALLET, owner=FIRM, chain=Chain.POLYGON, attempt=attempt, also=OTHERS
            )
            for attempt in (1, 2)
        ]
        assert made[0] == made[1]
        assert {each.chain for each in made[0].siblings} == set(OTHERS)
        assert {each.address for each in made[0].siblings} == {made[0].address}
        sibling = made[0].siblings[0]
        await rig.fund(sibling, AMOUNT)
        assert (await self.arrived(rig, sibling)).amount == AMOUNT
        assert await self.held(rig, sibling) == AMOUNT

    @pytest.mark.parametrize("also", [(), OTHERS])
    async def test_a_wallet_has_the_address_that_it_shares(
        self, rig: CustodianRig, also: tuple[Chain, ...]
    ) -> None:
        first = await rig.custodian.create_wallet(
            WALLET, owner=FIRM, chain=Chain.POLYGON, attempt=1, also=also
        )
        sources = [
            AddressSource(reference=WALLET),
            AddressSource(reference=WALLET, wallet_id=first.provider_id),
            AddressSource(reference=UNKNOWN, wallet_id=first.provider_id),
        ]
        made = [
            await rig.custodian.create_wallet(
                OTHER_WALLET, owner=FIRM, chain=Chain.BASE, attempt=1, shares=source
            )
            for source in sources
        ]
        assert {each.address for each in made} == {first.address}
        ids = {each.provider_id for each in made}
        assert len(ids) == 1
        assert first.provider_id not in ids
        on_base = {each.wallet_id for each in first.siblings if each.chain is Chain.BASE}
        assert on_base <= ids

    async def test_what_is_not_there_yet_shares_no_address(self, rig: CustodianRig) -> None:
        with pytest.raises(ProviderUnavailable):
            await rig.custodian.create_wallet(
                OTHER_WALLET,
                owner=FIRM,
                chain=Chain.BASE,
                attempt=1,
                shares=AddressSource(reference=WALLET),
            )

    async def test_what_arrives_is_seen_and_held(self, rig: CustodianRig) -> None:
        wallet = await self.funded(rig)
        seen = await self.arrived(rig, wallet)
        assert seen.amount == FUNDS
        assert seen.tx_hash
        assert seen.seen_at is not None
        assert await self.held(rig, wallet) == FUNDS

    async def test_arrivals_are_told_oldest_first_and_apart(self, rig: CustodianRig) -> None:
        wallet = await self.funded(rig)
        await rig.fund(wallet, AMOUNT)
        since = rig.clock.now() - timedelta(days=1)

        async def both() -> list[TransferSeen] | None:
            told = await rig.custodian.inbound_since(since)
            seen = [each for each in told if isinstance(each, TransferSeen)]
            return seen if len(seen) == 2 else None

        first, second = await eventually(rig, both, list)
        assert (first.amount, second.amount) == (FUNDS, AMOUNT)
        assert first.transaction_id != second.transaction_id

    async def test_an_arrival_is_found_by_its_id(self, rig: CustodianRig) -> None:
        seen = await self.arrived(rig, await self.funded(rig))
        assert await rig.custodian.find_arrival(seen.transaction_id) == seen
        nobody = "00000000-0000-4000-8000-000000000000"
        assert await rig.custodian.find_arrival(nobody) is None

    async def test_a_transfer_moves_the_money_once(self, rig: CustodianRig) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        for attempt in (1, 2, 3):
            assert (await self.pay(rig, wallet, to, attempt=attempt)).reference == PAYMENT
        paid = await self.completed(rig)
        assert paid.tx_hash
        assert (await self.arrived(rig, to)).amount == AMOUNT
        assert await self.held(rig, to) == AMOUNT
        assert await self.held(rig, wallet) == FUNDS - AMOUNT
        await self.pay(rig, wallet, to, attempt=4)
        assert await self.held(rig, wallet) == FUNDS - AMOUNT

    async def test_a_transfer_is_found_by_the_custodians_name_too(self, rig: CustodianRig) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        await self.pay(rig, wallet, to)
        paid = await self.completed(rig)
        found = await rig.custodian.find_payment(PAYMENT, provider_id=paid.provider_id)
        assert found == paid

    async def test_a_transfer_whose_answer_was_lost_is_found(self, rig: CustodianRig) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.pay(rig, wallet, to)
        await self.completed(rig)
        await self.pay(rig, wallet, to, attempt=2)
        assert await self.held(rig, wallet) == FUNDS - AMOUNT

    async def test_a_transfer_that_was_never_ordered_is_not_found(self, rig: CustodianRig) -> None:
        await self.create(rig)
        assert await rig.custodian.find_payment(PAYMENT, provider_id=None) is None
        stranger = "00000000-0000-4000-8000-000000000000"
        assert await rig.custodian.find_payment(PAYMENT, provider_id=stranger) is None

    async def test_more_than_the_wallet_holds_is_refused_and_says_why(
        self, rig: CustodianRig
    ) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        with pytest.raises(ProviderRejected) as refused:
            await rig.custodian.send(
                PAYMENT, wallet=wallet, destination=to.address, amount=MUCH, attempt=1
            )
        assert refused.value.detail
        assert await self.held(rig, wallet) == FUNDS

    async def test_a_throttle_says_when_to_come_back(self, rig: CustodianRig) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        rig.throttle(retry_after_s=7)
        with pytest.raises(ProviderThrottled) as throttled:
            await self.pay(rig, wallet, to)
        assert throttled.value.retry_after_s == 7
        assert await self.held(rig, wallet) == FUNDS

    async def test_an_unavailable_custodian_is_not_a_refusal(self, rig: CustodianRig) -> None:
        wallet, to = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        rig.be_unavailable()
        with pytest.raises(ProviderUnavailable):
            await self.pay(rig, wallet, to)
        assert await self.held(rig, wallet) == FUNDS

    async def test_from_a_frozen_wallet_nothing_is_sent_until_it_is_released(
        self, rig: CustodianRig
    ) -> None:
        wallet, other = await self.funded(rig), await self.create(rig, OTHER_WALLET)
        await rig.freeze(wallet, is_frozen=True)
        assert set(await rig.custodian.frozen([wallet, other])) == {wallet.wallet_id}
        with pytest.raises(ProviderWalletFrozen):
            await self.pay(rig, wallet, other)
        assert await rig.custodian.find_payment(PAYMENT, provider_id=None) is None
        await rig.freeze(wallet, is_frozen=False)
        assert not await rig.custodian.frozen([wallet, other])
        assert isinstance(
            await self.pay(rig, wallet, other, attempt=2), PaymentAccepted | PaymentCompleted
        )

    async def test_an_address_is_screened_before_anything_is_sent(self, rig: CustodianRig) -> None:
        wallet = await self.create(rig)
        assert await rig.custodian.screen(wallet.address, chain=Chain.POLYGON) is None
        assert await rig.custodian.screen(rig.listed, chain=Chain.POLYGON)
