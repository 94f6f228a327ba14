from __future__ import annotations

import pytest

from domain.accounts.onboarding import (
    AlreadyOnboarding,
    OnboardingRequired,
    OnboardingStage,
    ProviderAccountStatus,
)
from domain.ids import FIRM, InvestorId
from domain.wallets.wallet import WalletNotReady, WalletStage
from tests.service.stories import CHAIN
from tests.support import builders as a
from tests.support.world import World

PASSWORD = "correct horse battery"


@pytest.fixture
def world() -> World:
    return World()


async def registered(world: World) -> InvestorId:
    return await world.join(" Ada@Example.org ", PASSWORD)


async def test_both_providers_must_approve(world: World) -> None:
    world.offramp.open_accounts_as(ProviderAccountStatus.ACTION_REQUIRED)
    ada = await registered(world)
    await world.app.onboardings.onboard(ada, profile=a.profile())
    await world.run_jobs()
    onboarding = await world.app.onboardings.onboarding(ada)
    assert onboarding.stage is OnboardingStage.ACTION_REQUIRED
    assert onboarding.offramp.action_url is not None
    with pytest.raises(OnboardingRequired):
        await world.app.wallets.create(ada, chain=CHAIN)
    assert onboarding.offramp.id is not None
    world.offramp.decide(onboarding.offramp.id, ProviderAccountStatus.APPROVED)
    await world.let_pass(60)
    assert (await world.app.onboardings.onboarding(ada)).stage is OnboardingStage.APPROVED


async def test_the_tax_id_is_forgotten_once_the_broker_has_it(world: World) -> None:
    ada = await registered(world)
    submitted = await world.app.onboardings.onboard(ada, profile=a.profile())
    assert submitted.profile.tax_id is not None
    await world.run_jobs()
    assert (await world.app.onboardings.onboarding(ada)).profile.tax_id is None


async def test_one_investor_onboards_once(world: World) -> None:
    ada = await registered(world)
    with pytest.raises(OnboardingRequired):
        await world.app.onboardings.onboarding(ada)
    await world.app.onboardings.onboard(ada, profile=a.profile())
    with pytest.raises(AlreadyOnboarding):
        await world.app.onboardings.onboard(ada, profile=a.profile())


async def test_a_wallet_is_created_once_a_chain(world: World) -> None:
    ada = await registered(world)
    await world.app.onboardings.onboard(ada, profile=a.profile())
    await world.run_jobs()
    first = await world.app.wallets.create(ada, chain=CHAIN)
    again = await world.app.wallets.create(ada, chain=CHAIN)
    assert first.id == again.id
    with pytest.raises(WalletNotReady):
        first.location()
    await world.run_jobs()
    (wallet,) = await world.app.wallets.list(ada)
    assert wallet.stage is WalletStage.LIVE


async def test_there_is_one_treasury_wallet_per_chain(world: World) -> None:
    with pytest.raises(WalletNotReady):
        await world.app.wallets.treasury(CHAIN)
    for _ in range(2):
        await world.app.wallets.ensure_treasury([CHAIN])
        await world.run_jobs()
    assert len(await world.app.wallets.list(FIRM)) == 1
    assert (await world.app.wallets.treasury(CHAIN)).record.chain is CHAIN
