"""USDC that arrives before its wallet is ready, or whose finality is never reported, is not forgotten."""

from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.ids import LookupKey
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.instructions import LinkWallet
from domain.wallets.chain import Chain
from domain.wallets.wallet import WalletStage
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

OTHER = Chain.BASE
OUTAGE_S = 900


@pytest.fixture
def world() -> World:
    return World()


async def with_unlinked_wallet(world: World) -> Investor:
    """Ada's second wallet is at the custodian; the off-ramp does not know it yet."""
    ada = await onboarded(world)
    await world.app.wallets.create(ada.id, chain=OTHER)
    await world.run_jobs_before(LinkWallet)
    (wallet,) = [w for w in await world.app.wallets.list(ada.id) if w.chain is OTHER]
    assert wallet.stage is WalletStage.CREATED
    return Investor(world, ada.id, wallet)


async def test_an_arrival_before_the_wallet_is_linked_becomes_a_deposit_later(
    world: World,
) -> None:
    ada = await with_unlinked_wallet(world)
    await ada.receive("250")
    for _ in range(OUTAGE_S // 10):
        world.offramp.faults.be_unavailable()
        world.advance(10)
        await world.run_jobs()
        await world.app.feeds.poll_inbound()
    assert list(await world.app.funding.deposits(ada.id, before=None, limit=1)) == []
    await world.let_pass(300)
    await world.app.feeds.poll_inbound()
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED


async def test_an_arrival_at_a_wallet_in_review_is_a_deposit_all_the_same(world: World) -> None:
    ada = await with_unlinked_wallet(world)
    world.offramp.faults.refuse("not this wallet")
    world.advance(60)
    await world.run_jobs()
    (wallet,) = [w for w in await world.app.wallets.list(ada.id) if w.chain is OTHER]
    assert wallet.stage is WalletStage.MANUAL_REVIEW
    await ada.receive("250")
    assert (await ada.deposit()).amount == a.usdc("250")


async def test_a_deposit_whose_finality_is_not_reported_is_looked_up() -> None:
    world = World()
    ada = await onboarded(world)
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"), final=False)
    about = LookupKey(TRANSACTION, seen.transaction_id)
    await world.app.processes.apply_external(about, seen, cause="webhook")
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.DETECTED

    world.custodian.finalise(seen.transaction_id)
    await world.let_pass(400)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)
