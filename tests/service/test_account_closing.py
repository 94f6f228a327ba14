"""Closing an account while USDC is on its way to it, and what becomes of USDC that comes too late."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.accounts.investor import AccountNotEmpty
from domain.funding.deposit import DepositStage
from domain.ids import InvestorId, LookupKey, ProcessId
from domain.money import Money
from domain.processes.facts.accounts import AccountDeactivated
from domain.processes.funding.deposit_arrival import TRANSACTION
from tests.service.orders import owning, placed, shares, tell
from tests.service.stories import CHAIN, Investor, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

NOBODY = InvestorId("nobody")
PASSWORD = "correct horse battery"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def leave(world: World, ada: Investor) -> Sequence[Money]:
    return await world.app.account_status.close_own(ada.id, password=PASSWORD)


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


async def test_an_open_announcement_keeps_no_account_open(world: World, ada: Investor) -> None:
    await world.app.funding.announce_deposit(ada.id, chain=CHAIN, amount=a.usdc("5"))
    assert await leave(world, ada) == []


@pytest.mark.situation(
    "a stranger's dust, cents and less than the smallest withdrawal are left at the closing",
    must="closed; what cannot be moved is swept by an entry and told to its owner",
)
async def test_what_cannot_be_moved_is_swept_at_the_closing(world: World, ada: Investor) -> None:
    for amount in ("0.000001", "2.5", "5.505003"):
        await ada.receive(amount)
        await world.let_pass(300)
    assert await ada.available() == a.dollars("5.50")
    await ada.withdraw("5.00")
    await world.let_pass(300)
    swept = await leave(world, ada)
    assert swept == [a.dollars("0.50"), a.usdc("0.005004")]
    assert await world.app.portfolio.balances(ada.id) == await world.app.portfolio.balances(NOBODY)
    (entry,) = [
        posted.entry
        for posted in world.database.accounts.entries.values()
        if posted.entry.template == "residual_swept"
    ]
    assert entry.key == f"{ada.id}:residual"
    told = [record.detail.get("entry") for record in world.database.audit_records.values()]
    assert entry.key in told
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "a fraction of a share that is worth less than a cent is left at the closing",
    must="swept, as nothing can be got for it; what is worth a cent, or has no price, is not",
)
@pytest.mark.parametrize(("price", "is_swept"), [("9999.99", True), ("10000", False), ("0", False)])
async def test_shares_that_are_worth_no_cent_are_swept(
    world: World, price: str, *, is_swept: bool
) -> None:
    rich = await funded(world)
    await owning(world, rich, "1.000001")
    sale = await placed(world, rich, a.sell("1"))
    await tell(world, world.exchange.fill(sale.reference), sale)
    await rich.withdraw(str((await rich.available()).decimal))
    await world.let_pass(300)
    world.exchange.quote("AAPL", price)
    if is_swept:
        assert shares("0.000001") in await leave(world, rich)
        await require_honest_books(world, rich)
    else:
        with pytest.raises(AccountNotEmpty):
            await leave(world, rich)


async def test_what_can_be_moved_keeps_the_account_open(world: World, ada: Investor) -> None:
    await ada.receive("10")
    await world.let_pass(300)
    with pytest.raises(AccountNotEmpty):
        await leave(world, ada)


@pytest.mark.situation(
    "the account is closed between the judging of an arrival and its commit",
    must="judged again: the arrival is held for a manual decision",
)
async def test_the_race_of_closing_with_an_arrival_is_decided_in_the_commit(
    world: World, ada: Investor
) -> None:
    assert ada.wallet.address is not None
    world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"))

    async def closes() -> None:
        await leave(world, ada)

    world.meanwhile = closes
    await world.app.feeds.poll_inbound()
    await world.let_pass(300)
    held = await ada.deposit()
    assert (held.stage, held.reason) == (DepositStage.MANUAL_REVIEW, "the account is closed")
    await require_honest_books(world, ada)


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
