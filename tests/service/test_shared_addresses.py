"""An investor has one address on all EVM chains, so USDC on a chain nobody asked for is found."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.funding.deposit import DepositStage
from domain.ids import FIRM
from domain.processes.funding.wallet_provisioning import first_evm_key
from domain.services.commits.deposit_matching import CLOSED
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet, WalletStage
from tests.service.stories import CHAIN, Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

PASSWORD = "correct horse battery"


@pytest.fixture
def world() -> World:
    return World()


async def on_chain(world: World, ada: Investor, chain: Chain) -> Wallet:
    found = await world.app.wallets.on_chain(ada.id, chain)
    assert found is not None
    return found


async def arrive(world: World, ada: Investor, text: str, chain: Chain) -> None:
    assert ada.wallet.address is not None
    world.custodian.receive_usdc(ada.wallet.address, a.usdc(text), chain=chain)
    for _ in range(3):
        await world.app.feeds.poll_inbound()
        await world.let_pass(60)


async def test_usdc_at_the_address_on_another_chain_is_a_deposit_there(world: World) -> None:
    ada = await onboarded(world)
    await arrive(world, ada, "30", Chain.BASE)
    deposit, base = await ada.deposit(), await on_chain(world, ada, Chain.BASE)
    assert deposit.stage is DepositStage.BROKER_FUNDED
    assert deposit.wallet == base.location()
    assert base.address == ada.wallet.address
    await arrive(world, ada, "20", Chain.BASE)
    await arrive(world, ada, "10", CHAIN)
    assert len(await world.app.funding.deposits(ada.id, before=None, limit=9)) == 3
    assert len(await world.app.wallets.list(ada.id)) == 2
    await require_honest_books(world, ada)


async def test_dust_on_another_chain_is_booked_and_never_twice(world: World) -> None:
    ada = await onboarded(world)
    await arrive(world, ada, "0.000001", Chain.ARBITRUM)
    assert list(await world.app.funding.deposits(ada.id, before=None, limit=1)) == []
    await require_honest_books(world, ada)


@pytest.mark.parametrize("is_ready", [True, False])
async def test_a_wallet_opened_afterwards_has_the_same_address(
    world: World, *, is_ready: bool
) -> None:
    ada = await onboarded(world)
    eve_id = (await onboarded_without_wallet(world)).id
    for chain in (Chain.ETHEREUM, Chain.BASE, Chain.SOLANA):
        await world.app.wallets.create(eve_id, chain=chain)
        if is_ready:
            await world.let_pass(60)
    await world.let_pass(600)
    wallets = {each.chain: each for each in await world.app.wallets.list(eve_id)}
    assert {each.stage for each in wallets.values()} == {WalletStage.LIVE}
    assert wallets[Chain.ETHEREUM].address == wallets[Chain.BASE].address
    assert wallets[Chain.BASE].address not in {wallets[Chain.SOLANA].address, ada.wallet.address}


async def test_the_first_two_wallets_asked_for_at_once_share_an_address(world: World) -> None:
    eve = await onboarded_without_wallet(world)
    chains = (Chain.POLYGON, Chain.BASE, Chain.POLYGON)
    await asyncio.gather(*(world.app.wallets.create(eve.id, chain=chain) for chain in chains))
    await world.let_pass(600)
    wallets = await world.app.wallets.list(eve.id)
    assert len(wallets) == 2
    assert len({each.address for each in wallets}) == 1


async def test_an_arrival_while_the_wallet_is_being_opened_waits_for_it(world: World) -> None:
    ada = await onboarded(world)
    await world.app.wallets.create(ada.id, chain=Chain.BASE)
    await arrive(world, ada, "30", Chain.BASE)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert len(await world.app.wallets.list(ada.id)) == 2


async def test_a_wallet_from_before_addresses_were_shared_lends_its_own(world: World) -> None:
    ada = await onboarded(world)
    world.database.names.pop(first_evm_key(ada.id))
    await world.app.wallets.create(ada.id, chain=Chain.BASE)
    await world.let_pass(60)
    assert (await on_chain(world, ada, Chain.BASE)).address == ada.wallet.address


async def test_the_firms_wallets_are_separate(world: World) -> None:
    await world.app.wallets.ensure_treasury([Chain.POLYGON, Chain.BASE])
    await world.run_jobs()
    treasury = await world.app.wallets.list(FIRM)
    assert len({each.address for each in treasury}) == 2
    assert [each.siblings for each in treasury] == [(), ()]


async def onboarded_without_wallet(world: World) -> Investor:
    email = "eve@example.org"
    investor_id = await world.join(email, PASSWORD)
    await world.app.onboardings.onboard(investor_id, profile=a.profile(email))
    await world.run_jobs()
    return Investor(world, investor_id, attrs.evolve(a.wallet(), investor_id=investor_id))


async def test_usdc_on_another_chain_after_the_account_was_closed_is_held(world: World) -> None:
    ada = await onboarded(world)
    await world.app.account_status.close_own(ada.id, password=PASSWORD)
    await arrive(world, ada, "30", Chain.BASE)
    deposit = await ada.deposit()
    assert (deposit.stage, deposit.reason) == (DepositStage.MANUAL_REVIEW, CLOSED)
    await require_honest_books(world, ada)
