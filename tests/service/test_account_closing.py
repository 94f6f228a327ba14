"""Closing an account while USDC is on its way to it, and what becomes of USDC that comes too late."""

from __future__ import annotations

import pytest

from domain.accounts.investor import AccountNotEmpty
from domain.funding.deposit import DepositStage
from domain.ids import LookupKey, ProcessId
from domain.processes.facts.accounts import AccountDeactivated
from domain.processes.funding.deposit_arrival import TRANSACTION
from tests.service.stories import CHAIN, Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

PASSWORD = "correct horse battery"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def leave(world: World, ada: Investor) -> None:
    await world.app.account_status.close_own(ada.id, password=PASSWORD)


async def test_an_account_stays_open_while_usdc_was_seen_and_is_not_final(
    world: World, ada: Investor
) -> None:
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"), final=False)
    about = LookupKey(TRANSACTION, seen.transaction_id)
    await world.app.processes.apply_external(about, seen, cause="webhook")
    assert (await ada.deposit()).stage is DepositStage.DETECTED
    with pytest.raises(AccountNotEmpty):
        await leave(world, ada)


async def test_an_account_stays_open_while_a_deposit_is_announced(
    world: World, ada: Investor
) -> None:
    await world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc("5"))
    with pytest.raises(AccountNotEmpty):
        await leave(world, ada)
    await world.let_pass(25 * 3600, step_s=3600)
    await leave(world, ada)


async def test_what_arrives_at_a_closed_account_is_booked_and_waits_for_a_person(
    world: World, ada: Investor
) -> None:
    await world.app.processes.apply(ProcessId(ada.id), AccountDeactivated(reason="asked"))
    await ada.receive("250")
    await world.let_pass(120)
    held = await ada.deposit()
    assert (held.stage, held.paused_stage) == (DepositStage.MANUAL_REVIEW, DepositStage.CONFIRMED)
    assert held.reason == "the account is closed"
    await require_honest_books(world, ada)
