from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from domain.accounts.onboarding import ProviderAccountStatus
from domain.processes.facts.accounts import OfframpAccountReported
from ports.errors import ProviderUnsupported
from tests.contract.harbor_rig import HarborRig, open_harbor
from tests.contract.offramp import OfframpContract
from tests.contract.offramp_rig import (
    GRACE,
    ONBOARDING,
    SOLANA_WALLET,
    TREASURY,
    OfframpRig,
    open_approved,
)
from tests.contract.rigs import eventually


class TestHarborOfframp(OfframpContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[HarborRig]:
        async with open_harbor() as rig:
            yield rig

    async def test_a_chain_that_it_does_not_serve_is_unsupported_and_costs_nothing(
        self, rig: HarborRig
    ) -> None:
        account_id = await open_approved(rig)
        rig.recording.requests.clear()
        with pytest.raises(ProviderUnsupported, match="solana"):
            await self.open(rig, account_id, wallet=SOLANA_WALLET)
        assert rig.recording.operations() == []

    async def test_the_firms_wallet_pays_where_none_need_be_linked(self, rig: OfframpRig) -> None:
        """Harbor takes payments from linked wallets only, and says so at once."""
        account_id = await open_approved(rig)
        with pytest.raises(ProviderUnsupported, match="linked"):
            await self.open(rig, account_id, wallet=TREASURY, linked=False)
        assert await rig.opened(account_id) == 0

    async def test_a_second_try_does_not_look_first_since_references_are_kept_for_ever(
        self, rig: HarborRig
    ) -> None:
        account_id = await open_approved(rig)
        await self.open(rig, account_id)
        rig.recording.requests.clear()
        await self.open(rig, account_id, attempt=2)
        assert rig.recording.operations() == ["quote", "create_transfer"]
        assert all(request.is_safe for request in rig.recording.requests)

    async def test_a_check_that_does_not_pass_says_so(self, rig: HarborRig) -> None:
        profile = attrs.evolve(GRACE, family_name="Reject")
        opened = await rig.offramp.open_account(ONBOARDING, profile=profile, attempt=1)

        async def decided() -> OfframpAccountReported | None:
            report = await rig.offramp.account(opened.account_id)
            return report if report.standing is not ProviderAccountStatus.PENDING else None

        report = await eventually(rig, decided, OfframpAccountReported)
        assert (report.standing, report.action_url) == (ProviderAccountStatus.REJECTED, None)
        assert report.reason
