from __future__ import annotations

import pytest

from domain.funding.deposit import DepositNotFound, DepositStage, InvalidDepositAmount
from domain.ids import LookupKey
from domain.money import USD, USDC
from domain.processes.facts.funding import TransferSeen
from domain.processes.funding.deposit_arrival import EXPIRY_S, TRANSACTION
from domain.wallets.chain import Chain
from domain.wallets.wallet import WalletNotReady
from tests.service.stories import CHAIN, FEE, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


async def test_a_deposit_becomes_buying_power_net_of_the_fee(world: World) -> None:
    investor = await funded(world, "250")
    deposit = await investor.deposit()
    assert deposit.stage is DepositStage.BROKER_FUNDED
    assert await investor.available() == a.dollars("250.00") - FEE
    held = await world.brokerage.holdings(investor.account_id)
    assert held[str(USD)] == a.dollars("250.00") - FEE
    await require_honest_books(world, investor)


async def test_an_announced_deposit_takes_in_the_arrival(world: World) -> None:
    investor = await onboarded(world)
    announced = await world.app.funding.announce_deposit(
        investor.id, chain=CHAIN, amount=a.usdc("250")
    )
    await investor.receive("250")
    await world.let_pass(60)
    deposit = await investor.deposit()
    assert (deposit.id, deposit.stage) == (announced.id, DepositStage.BROKER_FUNDED)


async def test_an_arrival_of_another_amount_is_another_deposit(world: World) -> None:
    investor = await onboarded(world)
    announced = await world.app.funding.announce_deposit(
        investor.id, chain=CHAIN, amount=a.usdc("250")
    )
    await investor.receive("251")
    await world.run_jobs()
    assert (await investor.deposit()).id != announced.id
    same = await world.app.funding.deposit(investor.id, announced.id)
    assert same.stage is DepositStage.EXPECTED


async def test_what_is_below_a_cent_stays_as_dust(world: World) -> None:
    investor = await funded(world, "250.000001")
    assert await investor.available() == a.dollars("250.00") - FEE
    balances = await world.app.portfolio.balances(investor.id)
    (left,) = [balance for balance in balances if balance.asset == USDC]
    assert left.dust == a.usdc("0.000001")
    await require_honest_books(world, investor)


async def test_a_deposit_too_small_to_convert_is_kept_as_dust(world: World) -> None:
    investor = await funded(world, "0.999999")
    deposit = await investor.deposit()
    assert deposit.stage is DepositStage.FAILED
    assert world.offramp.opened == 0
    balances = await world.app.portfolio.balances(investor.id)
    assert [b.dust for b in balances if b.asset == USDC] == [a.usdc("0.999999")]
    await require_honest_books(world, investor)


async def test_an_arrival_is_booked_once_however_often_it_is_seen(world: World) -> None:
    investor = await funded(world, "250")
    for _ in range(3):
        await world.app.feeds.poll_inbound()
        await world.run_jobs()
    assert len(await world.app.funding.deposits(investor.id, before=None, limit=9)) == 1
    assert await investor.available() == a.dollars("250.00") - FEE


async def test_two_arrivals_of_the_same_amount_are_two_deposits(world: World) -> None:
    investor = await onboarded(world)
    await investor.receive("100")
    await investor.receive("100")
    await world.let_pass(60)
    assert await investor.available() == a.dollars("200.00") - FEE - FEE
    await require_honest_books(world, investor)


async def test_nothing_is_booked_before_the_chain_is_final(world: World) -> None:
    investor = await onboarded(world)
    assert investor.wallet.address is not None
    seen = world.custodian.receive_usdc(investor.wallet.address, a.usdc("250"), final=False)
    await world.app.feeds.poll_inbound()
    await world.run_jobs()
    assert (await investor.deposit()).stage is DepositStage.DETECTED
    assert USDC not in {b.asset for b in await world.app.portfolio.balances(investor.id)}
    world.custodian.finalise(seen.transaction_id)
    await world.app.feeds.poll_inbound()
    await world.let_pass(60)
    assert (await investor.deposit()).stage is DepositStage.BROKER_FUNDED


async def test_an_arrival_at_an_unknown_wallet_is_no_deposit(world: World) -> None:
    fact = TransferSeen(
        transaction_id="t", wallet_id="nobody", tx_hash="0x", amount=a.usdc("9"), final=True
    )
    assert await world.app.processes.apply(LookupKey(TRANSACTION, "t"), fact) is None


async def test_an_announced_deposit_that_never_comes_expires(world: World) -> None:
    investor = await onboarded(world)
    await world.app.funding.announce_deposit(investor.id, chain=CHAIN, amount=a.usdc("250"))
    world.advance(EXPIRY_S)
    await world.run_jobs()
    assert (await investor.deposit()).stage is DepositStage.EXPIRED


async def test_a_deposit_is_announced_with_an_amount_and_a_wallet(world: World) -> None:
    investor = await onboarded(world)
    with pytest.raises(InvalidDepositAmount):
        await world.app.funding.announce_deposit(investor.id, chain=CHAIN, amount=a.usdc("0"))
    with pytest.raises(WalletNotReady):
        await world.app.funding.announce_deposit(
            investor.id, chain=Chain.SOLANA, amount=a.usdc("1")
        )


async def test_another_investors_deposit_is_not_found(world: World) -> None:
    ada = await funded(world, "250")
    eve = await onboarded(world, email="eve@example.org")
    with pytest.raises(DepositNotFound):
        await world.app.funding.deposit(eve.id, (await ada.deposit()).id)
    with pytest.raises(DepositNotFound):
        await world.app.funding.deposit(eve.id, a.process_id(404_404))


async def test_the_trail_tells_the_whole_story(world: World) -> None:
    investor = await funded(world, "250")
    deposit = await investor.deposit()
    _, trail = await world.app.trails.trail(deposit.id, investor_id=investor.id)
    assert [line.title for line in trail if line.kind == "effect"] == [
        "OpenConversion",
        "SendUsdc",
        "JournalFunds",
    ]
    assert [line.title for line in trail if line.kind == "posting"] == [
        "deposit_confirmed",
        "usdc_sent_to_offramp",
        "converted",
        "buying_power_credited",
    ]
