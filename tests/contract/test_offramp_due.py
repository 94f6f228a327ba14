from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from domain.accounts.onboarding import ProviderAccountStatus
from domain.funding.conversion import Direction, PayOnChain
from domain.ids import reference
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionOpened, ConversionSettled
from ports.errors import ProviderUnavailable
from sandbox.due.settings import DueSandboxSettings
from tests.contract.due_rig import DueRig, open_due
from tests.contract.offramp import OfframpContract
from tests.contract.offramp_rig import (
    AMOUNT,
    DEPOSIT,
    GRACE,
    ONBOARDING,
    SOLANA_WALLET,
    open_approved,
)
from tests.contract.rigs import eventually


class TestDueOfframp(OfframpContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[DueRig]:
        async with open_due() as rig:
            yield rig

    async def test_solana_is_paid_into_a_standing_address(self, rig: DueRig) -> None:
        account_id = await open_approved(rig)
        conversion = await self.open(rig, account_id, wallet=SOLANA_WALLET)
        assert isinstance(conversion.pay, PayOnChain)
        assert conversion.pay.expires_at is None
        assert await self.open(rig, account_id, wallet=SOLANA_WALLET, attempt=2) == conversion
        await rig.let_lapse()
        assert await self.is_payable(rig, account_id, conversion)
        await rig.pay(conversion, AMOUNT, wallet=SOLANA_WALLET)
        settled = await eventually(rig, self.asking(rig, account_id, conversion), ConversionSettled)
        assert settled.settlement.sold == AMOUNT
        assert settled.settlement.delivered == rig.dollars()

    async def test_two_conversions_share_the_recipient(self, rig: DueRig) -> None:
        account_id = await open_approved(rig)
        await self.open(rig, account_id)
        await rig.offramp.open_conversion(
            reference(DEPOSIT, "offramp", 2),
            direction=Direction.TO_DOLLARS,
            amount=AMOUNT,
            account_id=account_id,
            wallet=SOLANA_WALLET,
            attempt=1,
        )
        assert len([r async for r in rig.client.recipients(account_id)]) == 1
        assert await rig.opened(account_id) == 2

    @pytest.mark.parametrize(
        ("surname", "standing"),
        [
            ("Reject", ProviderAccountStatus.REJECTED),
            ("Action", ProviderAccountStatus.ACTION_REQUIRED),
        ],
    )
    async def test_a_check_that_does_not_pass_says_so(
        self, rig: DueRig, surname: str, standing: ProviderAccountStatus
    ) -> None:
        profile = attrs.evolve(GRACE, family_name=surname)
        opened = await rig.offramp.open_account(ONBOARDING, profile=profile, attempt=1)

        async def decided() -> OfframpAccountReported | None:
            report = await rig.offramp.account(opened.account_id)
            return report if report.standing is not ProviderAccountStatus.PENDING else None

        report = await eventually(rig, decided, OfframpAccountReported)
        assert report.standing is standing
        assert (report.action_url is not None) == (
            standing is ProviderAccountStatus.ACTION_REQUIRED
        )

    async def test_terms_left_open_by_a_crash_are_accepted_by_the_next_try(
        self, rig: DueRig
    ) -> None:
        rig.lose_answer()
        with pytest.raises(Exception, match="lost"):
            await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=1)
        [account] = [a async for a in rig.client.accounts()]
        assert account.tos
        assert account.tos.status == "pending"
        await rig.offramp.open_account(ONBOARDING, profile=GRACE, attempt=2)
        [account] = [a async for a in rig.client.accounts()]
        assert account.tos
        assert account.tos.status == "accepted"


class TestDueWithSlowDetails:
    """Virtual accounts that have no details at first (due.md §10)."""

    async def open(self, delay_s: float) -> None:
        async with open_due(DueSandboxSettings(virtual_account_delay_s=delay_s)) as rig:
            account_id = await open_approved(rig)
            conversion = await OfframpContract().open_back(rig, account_id)
            found = await rig.offramp.find_conversion(
                conversion.reference, account_id=account_id, provider_id=None
            )
            assert found == ConversionOpened(conversion=conversion)

    async def test_details_are_waited_for(self) -> None:
        await self.open(5.0)

    async def test_details_are_not_waited_for_without_end(self) -> None:
        with pytest.raises(ProviderUnavailable):
            await self.open(60.0)
