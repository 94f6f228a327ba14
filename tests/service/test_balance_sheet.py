"""The two sides of the balance sheet, over all accounts."""

from __future__ import annotations

from domain.ledger.account import Role
from domain.money import USD, USDC
from tests.service.stories import funded
from tests.support import builders as a
from tests.support.world import World


async def test_nothing_is_off_and_what_investors_have_is_in_the_totals() -> None:
    world = World()
    await funded(world)
    balance = await world.app.vitals.balance()
    assert set(balance.off) == {USD, USDC}
    assert all(money.minor == 0 for money in balance.off.values())
    assert balance.totals[Role.CASH, USD] == a.dollars("1000.00")
