"""What every off-ramp must do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.accounts.onboarding import ProviderAccountStatus
from domain.funding.conversion import Conversion, Direction, PayByWire, PayOnChain
from domain.ids import Reference
from domain.money import USD, USDC, Money
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
)
from domain.wallets.wallet import CustodyWallet
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from ports.offramp import ConversionFact
from tests.contract.offramp_rig import (
    AMOUNT,
    CONVERSION,
    DOLLARS,
    GRACE,
    ONBOARDING,
    ONRAMP,
    OTHER_ONBOARDING,
    TINY,
    TREASURY,
    WALLET,
    OfframpRig,
    open_approved,
)
from tests.contract.rigs import eventually


class OfframpContract:
    """Subclasses provide the fixture ``rig``."""

    async def open(
        self,
        rig: OfframpRig,
        account_id: str,
        *,
        amount: Money = AMOUNT,
        wallet: CustodyWallet = WALLET,
        attempt: int = 1,
        linked: bool = True,
    ) -> Conversion:
        opened = await rig.offramp.open_conversion(
            CONVERSION,
            direction=Direction.TO_DOLLARS,
            amount=amount,
            account_id=account_id,
            wallet=wallet,
            attempt=attempt,
            linked=linked,
        )
        return opened.conversion

    async def open_back(self, rig: OfframpRig, account_id: str, *, attempt: int = 1) -> Conversion:
        opened = await rig.offramp.open_conversion(
            ONRAMP,
            direction=Direction.TO_USDC,
            amount=DOLLARS,
            account_id=account_id,
            wallet=TREASURY,
            attempt=attempt,
        )
        return opened.conversion

    def asking(
        self, rig: OfframpRig, account_id: str, conversion: Conversion
    ) -> Callable[[], Awaitable[ConversionFact | None]]:
        return lambda: rig.offramp.find_conversion(
            conversion.reference, account_id=account_id, provider_id=conversion.provider_id
        )

    async def is_payable(self, rig: OfframpRig, account_id: str, conversion: Conversion) -> bool:
        return await rig.offramp.is_payable(
            conversion.reference, account_id=account_id, provider_id=conversion.provider_id
        )

    async def found(
        self, rig: OfframpRig, account_id: str, ref: Reference
    ) -> ConversionFact | None:
        return await rig.offramp.find_conversion(ref, account_id=account_id, provider_id=None)

    async def test_an_account_says_where_to_go_on_until_it_is_approved(
        self, rig: OfframpRig
    ) -> None:
        report = await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=1)
        assert report.standing is ProviderAccountStatus.PENDING
        assert report.action_url is not None
        assert report.action_url.startswith("https://")
        approved = await rig.offramp.account(await open_approved(rig))
        assert approved.account_id == report.account_id
        assert approved.action_url is None

    async def test_one_process_gets_one_account(self, rig: OfframpRig) -> None:
        accounts = {
            (await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=attempt)).account_id
            for attempt in (1, 1, 2, 3)
        }
        assert len(accounts) == 1

    async def test_an_account_whose_answer_was_lost_is_found(self, rig: OfframpRig) -> None:
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=1)
        assert await open_approved(rig)

    async def test_a_wallet_can_be_linked_again_but_not_to_another_account(
        self, rig: OfframpRig
    ) -> None:
        account_id = await open_approved(rig)
        await rig.offramp.link_wallet(account_id=account_id, wallet=WALLET)
        other = await rig.offramp.open_account(OTHER_ONBOARDING, profile=GRACE, attempt=1)
        with pytest.raises(ProviderRejected) as refused:
            await rig.offramp.link_wallet(account_id=other.account_id, wallet=WALLET)
        assert refused.value.detail

    async def test_usdc_becomes_dollars_in_the_firm_account(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id)
        await rig.pay(conversion, AMOUNT, wallet=WALLET)
        settled = await eventually(rig, self.asking(rig, account_id, conversion), ConversionSettled)
        settlement = settled.settlement
        assert settled.reference == CONVERSION
        assert settlement.sold == AMOUNT
        assert settlement.bought == Money.of("250.40", USD)
        assert settlement.fee.is_positive
        assert settlement.delivered == rig.dollars()
        assert not await self.is_payable(rig, account_id, conversion)

    async def test_dollars_become_usdc_in_the_wallet(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open_back(rig, account_id)
        assert isinstance(conversion.pay, PayByWire)
        assert conversion.pay.memo
        assert await self.is_payable(rig, account_id, conversion)
        await rig.pay(conversion, DOLLARS, wallet=TREASURY)
        settled = await eventually(rig, self.asking(rig, account_id, conversion), ConversionSettled)
        settlement = settled.settlement
        assert settlement.sold == DOLLARS
        assert settlement.bought == Money.of("80", USDC)
        assert settlement.delivered == rig.usdc(TREASURY)
        assert settlement.tx_hash

    async def test_an_unpaid_conversion_is_open_and_payable(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id)
        assert isinstance(conversion.pay, PayOnChain)
        assert conversion.pay.address
        assert conversion.pay.expires_at is not None
        expected = ConversionOpened(conversion=conversion)
        assert await self.asking(rig, account_id, conversion)() == expected
        assert await self.is_payable(rig, account_id, conversion)

    async def test_the_same_reference_opens_one_conversion(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        first = await self.open(rig, account_id)
        for attempt in (2, 3):
            assert await self.open(rig, account_id, attempt=attempt) == first
        assert await rig.opened(account_id) == 1

    async def test_the_same_reference_opens_one_conversion_back(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        first = await self.open_back(rig, account_id)
        for attempt in (2, 3):
            assert await self.open_back(rig, account_id, attempt=attempt) == first
        assert await rig.opened(account_id) == 1

    async def test_a_conversion_whose_answer_was_lost_is_found(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.open(rig, account_id)
        found = await self.found(rig, account_id, CONVERSION)
        again = await self.open(rig, account_id, attempt=2)
        assert found == ConversionOpened(conversion=again)
        assert await rig.opened(account_id) == 1

    async def test_a_conversion_back_whose_answer_was_lost_is_found(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.open_back(rig, account_id)
        found = await self.found(rig, account_id, ONRAMP)
        again = await self.open_back(rig, account_id, attempt=2)
        assert found == ConversionOpened(conversion=again)
        assert await rig.opened(account_id) == 1

    async def test_a_conversion_that_was_never_opened_is_not_found(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        await self.open(rig, account_id)
        assert await self.found(rig, account_id, ONRAMP) is None
        assert not await rig.offramp.is_payable(ONRAMP, account_id=account_id, provider_id=None)

    async def test_a_conversion_that_nobody_paid_in_time_has_failed(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id)
        await rig.let_lapse()
        failed = await eventually(rig, self.asking(rig, account_id, conversion), ConversionFailed)
        assert failed.reason
        assert not await self.is_payable(rig, account_id, conversion)
        with pytest.raises(ProviderRejected) as refused:
            await self.open(rig, account_id, attempt=2)
        assert refused.value.detail

    async def test_another_amount_than_agreed_is_held(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id)
        await rig.pay(conversion, AMOUNT - TINY, wallet=WALLET)
        held = await eventually(rig, self.asking(rig, account_id, conversion), ConversionHeld)
        assert held.reason
        assert not rig.dollars()

    async def test_a_wallet_that_is_not_linked_cannot_pay(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        with pytest.raises(ProviderRejected) as refused:
            await self.open(rig, account_id, wallet=TREASURY)
        assert refused.value.detail

    async def test_the_firms_wallet_pays_where_none_need_be_linked(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id, wallet=TREASURY, linked=False)
        assert isinstance(conversion.pay, PayOnChain)
        await rig.pay(conversion, AMOUNT, wallet=TREASURY)
        settled = await eventually(rig, self.asking(rig, account_id, conversion), ConversionSettled)
        assert settled.settlement.sold == AMOUNT
        assert settled.settlement.delivered == rig.dollars()

    async def test_a_tiny_amount_is_refused_and_says_why(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        with pytest.raises(ProviderRejected) as refused:
            await self.open(rig, account_id, amount=TINY)
        assert refused.value.detail
        assert await rig.opened(account_id) == 0

    async def test_a_throttle_says_when_to_come_back(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        rig.throttle(retry_after_s=7)
        with pytest.raises(ProviderThrottled) as throttled:
            await self.open(rig, account_id)
        assert throttled.value.retry_after_s == 7
        assert await rig.opened(account_id) == 0

    async def test_an_unavailable_provider_is_not_a_refusal(self, rig: OfframpRig) -> None:
        account_id = await open_approved(rig)
        rig.be_unavailable()
        with pytest.raises(ProviderUnavailable):
            await self.open(rig, account_id)
        assert await rig.opened(account_id) == 0
