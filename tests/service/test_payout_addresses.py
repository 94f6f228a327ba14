"""A withdrawal and its address: what happens to the one between reading and writing the other."""

from __future__ import annotations

import pytest

from domain.funding.withdrawal import AddressNotSaved
from domain.ids import InvestorId
from domain.wallets.payout_address import PayoutAddressNotFound
from ports.processes import StaleVersion
from tests.service.stories import funded, onboarded
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


async def remove(world: World, owner: InvestorId) -> None:
    (address,) = await world.app.payout_addresses.list(owner)
    await world.app.payout_addresses.remove(owner, address.id)


async def test_an_address_removed_just_before_the_commit_gets_nothing(world: World) -> None:
    ada = await funded(world)
    world.meanwhile = lambda: remove(world, ada.id)
    with pytest.raises(AddressNotSaved):
        await ada.withdraw("100.00")
    assert await world.app.funding.withdrawals(ada.id, before=None, limit=9) == []
    assert (await ada.cash()).held == a.dollars("0.00")


async def test_an_address_saved_again_meanwhile_is_looked_at_again(world: World) -> None:
    ada = await funded(world)

    async def renew() -> None:
        await remove(world, ada.id)
        await ada.may_withdraw_to(a.SOMEWHERE)

    world.meanwhile = renew
    await ada.withdraw("100.00")
    assert len(await world.app.funding.withdrawals(ada.id, before=None, limit=9)) == 1


async def test_an_address_that_never_stands_still_is_given_up(world: World) -> None:
    ada = await funded(world)

    async def renew() -> None:
        await remove(world, ada.id)
        await ada.may_withdraw_to(a.SOMEWHERE)
        world.meanwhile = renew

    world.meanwhile = renew
    with pytest.raises(StaleVersion):
        await ada.withdraw("100.00")
    world.meanwhile = None


async def test_saving_the_same_address_concurrently_gives_the_same(world: World) -> None:
    ada = await onboarded(world)
    other = f"0x{'7' * 40}"
    world.meanwhile = lambda: ada.may_withdraw_to(other)
    await ada.may_withdraw_to(other)
    found = await world.app.payout_addresses.list(ada.id)
    assert [each.address for each in found] == [other, a.SOMEWHERE]


async def test_another_investors_address_cannot_be_removed(world: World) -> None:
    ada, eve = await onboarded(world), await onboarded(world, email="eve@example.org")
    (address,) = await world.app.payout_addresses.list(ada.id)
    for other in (address.id, ada.wallet.id, a.process_id(999)):
        with pytest.raises(PayoutAddressNotFound):
            await world.app.payout_addresses.remove(eve.id, other)
    assert await world.app.payout_addresses.list(ada.id) == [address]
