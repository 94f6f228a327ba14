"""A wallet that the custodian has frozen pays nothing, and is asked for nothing new."""

from __future__ import annotations

import pytest

from domain.funding.withdrawal import WithdrawalStage
from domain.ids import FIRM
from domain.processes.instructions import SendUsdc
from domain.wallets.payout_address import AddressDenied
from domain.wallets.wallet import CustodyWallet, WalletFrozen, WalletStage
from tests.service.stories import CHAIN, Investor, funded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await funded(world)


async def treasury(world: World) -> CustodyWallet:
    return (await world.app.wallets.treasury(CHAIN)).record.location()


async def test_while_the_treasury_is_frozen_no_withdrawal_is_begun(
    world: World, ada: Investor
) -> None:
    wallet = await treasury(world)
    world.custodian.freeze(wallet)
    (frozen,) = await world.app.frozen_wallets.watch()
    assert frozen.is_treasury
    with pytest.raises(WalletFrozen):
        await ada.withdraw("100.00")
    assert await ada.available() == a.dollars("1000.00")
    world.custodian.unfreeze(wallet)
    assert list(await world.app.frozen_wallets.watch()) == []
    await ada.withdraw("100.00")
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED


async def test_a_treasury_that_is_frozen_in_the_same_moment_is_noticed(
    world: World, ada: Investor
) -> None:
    """The wallet is frozen after it was looked at, and before the commit."""
    world.custodian.freeze(await treasury(world))
    world.meanwhile = world.app.frozen_wallets.watch
    with pytest.raises(WalletFrozen):
        await ada.withdraw("100.00")
    assert await ada.available() == a.dollars("1000.00")


async def test_a_payout_waits_for_the_release_however_long_it_takes(
    world: World, ada: Investor
) -> None:
    await ada.withdraw("100.00")
    await world.run_jobs()
    world.advance(20)
    payout = await world.run_jobs_before(SendUsdc)
    wallet = await treasury(world)
    world.custodian.freeze(wallet)
    await world.app.jobs.run(payout)
    found = await world.app.wallets.on_chain(FIRM, CHAIN)
    assert found is not None
    assert found.stage is WalletStage.FROZEN, "the refused payment told so"
    await world.let_pass(12 * 3600, step_s=120)
    withdrawal = await ada.withdrawal()
    assert (withdrawal.stage, withdrawal.payout_attempt) == (WithdrawalStage.ONRAMP_SETTLED, 1)
    await require_honest_books(world, ada)
    world.custodian.unfreeze(wallet)
    await world.let_pass(600)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    await require_honest_books(world, ada)


async def test_an_address_that_is_listed_after_it_was_saved_is_not_paid(
    world: World, ada: Investor
) -> None:
    world.custodian.list_as(a.SOMEWHERE, "sanctions")
    with pytest.raises(AddressDenied):
        await ada.withdraw("100.00")
    assert await ada.available() == a.dollars("1000.00")
    with pytest.raises(AddressDenied):
        await ada.may_withdraw_to(a.SOMEWHERE)
