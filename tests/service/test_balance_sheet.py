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
    balance = await world.app.operations.balance()
    assert set(balance.off) == {USD, USDC}
    assert all(money.minor == 0 for money in balance.off.values())
    assert balance.totals[Role.CASH, USD] == a.dollars("1000.00")


async def test_an_investor_without_accounts_is_compared_with_the_custodian_alone() -> None:
    world = World()
    ada = await world.join("ada@example.org", "correct horse battery")
    compared = await world.app.reconciliation.compare([ada])
    assert f"custodian {ada}" in {each.place for each in compared}
    assert f"broker {ada}" not in {each.place for each in compared}
    assert all(each.agrees for each in compared)
