"""Which announcement an arrival is for, and how one is withdrawn."""

from __future__ import annotations

import pytest

from domain.funding.deposit import DepositNotExpected, DepositNotFound, DepositStage
from domain.money import Money
from tests.service.stories import CHAIN, Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def announce(ada: Investor, *amounts: str) -> None:
    for amount in amounts:
        await ada.world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc(amount))


async def open_announcements(ada: Investor) -> list[Money]:
    found = await ada.world.app.funding.deposits(ada.id, before=None, limit=20)
    return sorted(d.amount for d in found if d.stage is DepositStage.EXPECTED)


@pytest.mark.situation(
    "100 USDC are announced and 99 arrive, as after an exchange's fee",
    must="the announced deposit",
)
async def test_a_little_less_than_announced_is_the_announced_deposit(
    world: World, ada: Investor
) -> None:
    await announce(ada, "100")
    announced = await ada.deposit()
    await ada.receive("99")
    arrived = await ada.deposit()
    assert (arrived.id, arrived.amount) == (announced.id, a.usdc("99"))
    await world.let_pass(60)
    assert await ada.available() == a.dollars("96.50")
    await require_honest_books(world, ada)


@pytest.mark.parametrize(
    ("announced", "arrived", "left"),
    [
        (["100", "99"], "99", ["100"]),
        (["99", "100"], "99", ["100"]),
        (["104", "101", "103"], "100", ["103", "104"]),
        (["100"], "100.000001", ["100"]),
        (["100"], "95", []),
        (["100"], "94.999999", ["100"]),
        (["20"], "18", []),
        (["20"], "17.99", ["20"]),
        (["9000"], "8995", []),
        (["9000"], "8994", ["9000"]),
    ],
)
async def test_the_closest_announcement_above_is_taken(
    ada: Investor, announced: list[str], arrived: str, left: list[str]
) -> None:
    await announce(ada, *announced)
    await ada.receive(arrived)
    assert await open_announcements(ada) == [a.usdc(each) for each in left]


async def test_an_announcement_can_be_withdrawn_once_and_again(world: World, ada: Investor) -> None:
    await announce(ada, "100")
    announced = await ada.deposit()
    for _ in range(2):
        withdrawn = await world.app.funding.withdraw_announcement(ada.id, announced.id)
        assert withdrawn.stage is DepositStage.EXPIRED
        assert withdrawn.reason == "withdrawn by the investor"
    await ada.receive("100")
    arrived = await ada.deposit()
    assert (arrived.id != announced.id, arrived.amount) == (True, a.usdc("100"))


async def test_what_has_arrived_or_is_anothers_cannot_be_withdrawn(
    world: World, ada: Investor
) -> None:
    await announce(ada, "100")
    await ada.receive("100")
    with pytest.raises(DepositNotExpected):
        await world.app.funding.withdraw_announcement(ada.id, (await ada.deposit()).id)
    eve = await onboarded(world, email="eve@example.org")
    await announce(ada, "50")
    with pytest.raises(DepositNotFound):
        await world.app.funding.withdraw_announcement(eve.id, (await ada.deposit()).id)
