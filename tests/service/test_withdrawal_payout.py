from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.accounts.onboarding import OnboardingRequired
from domain.funding.withdrawal import (
    InvalidWithdrawalAmount,
    Withdrawal,
    WithdrawalNotFound,
    WithdrawalStage,
)
from domain.ids import reference
from domain.ledger.entry import InsufficientFunds
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX
from domain.processes.instructions import JournalFunds, OpenConversion, SendUsdc, WireOut
from domain.wallets.chain import Chain, InvalidAddress
from domain.wallets.wallet import WalletNotReady
from tests.service.stories import CHAIN, Investor, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

FEE = a.usdc("0.5")
"""What the in-memory off-ramp keeps of a withdrawal."""


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    """Has 1000 dollars of buying power."""
    return await funded(world)


async def test_a_withdrawal_arrives_as_usdc_net_of_the_fee(world: World, ada: Investor) -> None:
    await ada.withdraw("100.00")
    assert await ada.available() == a.dollars("900.00")
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    assert world.outside[a.SOMEWHERE] == a.usdc("100") - FEE
    assert (await ada.cash()).held == a.dollars("0.00")
    await require_honest_books(world, ada)


async def test_money_is_reserved_with_the_request(world: World, ada: Investor) -> None:
    await ada.withdraw("999.00")
    with pytest.raises(InsufficientFunds):
        await ada.withdraw("5.00")
    withdrawals = await world.app.funding.withdrawals(ada.id, before=None, limit=9)
    assert len(withdrawals) == 1
    cash = await ada.cash()
    assert (cash.available, cash.held) == (a.dollars("1.00"), a.dollars("999.00"))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount": a.dollars("4.99")}, InvalidWithdrawalAmount),
        ({"destination": "0xnot-an-address"}, InvalidAddress),
        ({"chain": Chain.BASE}, WalletNotReady),
    ],
    ids=["too little", "no address", "no treasury there"],
)
async def test_a_withdrawal_that_cannot_be_is_refused_at_once(
    world: World, ada: Investor, changes: dict[str, object], refusal: type[Exception]
) -> None:
    plain = {"amount": a.dollars("5.00"), "chain": CHAIN, "destination": a.SOMEWHERE}
    with pytest.raises(refusal):
        await world.app.funding.withdraw(ada.id, **(plain | changes))  # type: ignore[arg-type]
    assert await ada.available() == a.dollars("1000.00")


async def test_without_accounts_nothing_can_be_withdrawn(world: World) -> None:
    stranger = await world.join("x@example.org", "long enough")
    with pytest.raises(OnboardingRequired):
        await world.app.funding.withdraw(
            stranger, amount=a.dollars("5.00"), chain=CHAIN, destination=a.SOMEWHERE
        )


async def refuse_debit(world: World, _: Withdrawal) -> None:
    debit = await world.run_jobs_before(JournalFunds)
    world.brokerage.faults.refuse("account is restricted")
    await world.app.jobs.run(debit)


async def reject_debit(world: World, withdrawal: Withdrawal) -> None:
    world.slow_down()
    await world.run_jobs()
    world.brokerage.fail(reference(withdrawal.id, "debit"), "account is restricted")


@pytest.mark.parametrize("go_wrong", [refuse_debit, reject_debit])
async def test_before_the_debit_a_failure_gives_the_hold_back(
    world: World, ada: Investor, go_wrong: Callable[[World, Withdrawal], Awaitable[None]]
) -> None:
    await go_wrong(world, await ada.withdraw("100.00"))
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.FAILED
    assert await ada.available() == a.dollars("1000.00")
    await require_honest_books(world, ada)


async def refuse_onramp(world: World, _: Withdrawal) -> None:
    opening = await world.run_jobs_before(OpenConversion)
    world.offramp.faults.refuse("not today")
    await world.app.jobs.run(opening)


async def refuse_wire(world: World, _: Withdrawal) -> None:
    wiring = await world.run_jobs_before(WireOut)
    world.brokerage.faults.refuse("bank not found")
    await world.app.jobs.run(wiring)


async def return_wire(world: World, withdrawal: Withdrawal) -> None:
    wiring = await world.run_jobs_before(WireOut)
    world.slow_down()
    await world.app.jobs.run(wiring)
    world.brokerage.fail(reference(withdrawal.id, "wire"), "returned")
    await world.let_pass(30)
    world.brokerage.settle(reference(withdrawal.id, "refund"))


@pytest.mark.parametrize("go_wrong", [refuse_onramp, refuse_wire, return_wire])
async def test_after_the_debit_a_failure_is_compensated(
    world: World, ada: Investor, go_wrong: Callable[[World, Withdrawal], Awaitable[None]]
) -> None:
    await go_wrong(world, await ada.withdraw("100.00"))
    await world.let_pass(60)
    withdrawal = await ada.withdrawal()
    assert withdrawal.stage is WithdrawalStage.COMPENSATED
    assert withdrawal.reason in {"not today", "bank not found", "returned"}
    assert await ada.available() == a.dollars("1000.00")
    assert world.outside[a.SOMEWHERE] == a.usdc("0")
    await require_honest_books(world, ada)


async def test_it_counts_as_compensated_only_when_the_money_is_back(
    world: World, ada: Investor
) -> None:
    await ada.withdraw("100.00")
    opening = await world.run_jobs_before(OpenConversion)
    world.slow_down()
    world.offramp.faults.refuse("not today")
    await world.app.jobs.run(opening)
    await world.let_pass(60)
    withdrawal = await ada.withdrawal()
    assert withdrawal.stage is WithdrawalStage.COMPENSATING
    assert await ada.available() == a.dollars("900.00")
    world.brokerage.settle(reference(withdrawal.id, "refund"))
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPENSATED
    assert await ada.available() == a.dollars("1000.00")


async def test_a_refund_that_is_refused_is_tried_again(world: World, ada: Investor) -> None:
    await ada.withdraw("100.00")
    await refuse_onramp(world, await ada.withdrawal())
    refund = await world.run_jobs_before(JournalFunds)
    world.brokerage.faults.refuse("try again")
    await world.app.jobs.run(refund)
    await world.let_pass(60)
    withdrawal = await ada.withdrawal()
    assert (withdrawal.stage, withdrawal.refund_attempt) == (WithdrawalStage.COMPENSATED, 2)
    await require_honest_books(world, ada)


async def test_a_payout_that_keeps_failing_goes_to_a_person(world: World, ada: Investor) -> None:
    withdrawal = await ada.withdraw("100.00")
    await world.run_jobs()
    world.slow_down()
    await world.let_pass(20)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        payout = reference(withdrawal.id, "payout", attempt)
        world.custodian.fail(payout, "no gas")
        await world.let_pass(60)
    found = await ada.withdrawal()
    assert (found.stage, found.reason) == (WithdrawalStage.MANUAL_REVIEW, "no gas")
    assert found.payout_attempt == ATTEMPTS_MAX
    assert world.outside[a.SOMEWHERE] == a.usdc("0")
    await require_honest_books(world, ada)


async def test_a_payout_that_failed_once_is_paid_once(world: World, ada: Investor) -> None:
    await ada.withdraw("100.00")
    await world.run_jobs()
    world.advance(20)
    payout = await world.run_jobs_before(SendUsdc)
    world.custodian.faults.refuse("no gas")
    await world.app.jobs.run(payout)
    await world.let_pass(60)
    withdrawal = await ada.withdrawal()
    assert (withdrawal.stage, withdrawal.payout_attempt) == (WithdrawalStage.COMPLETED, 2)
    assert world.outside[a.SOMEWHERE] == a.usdc("100") - FEE
    await require_honest_books(world, ada)


async def test_another_investors_withdrawal_is_not_found(world: World, ada: Investor) -> None:
    withdrawal = await ada.withdraw("100.00")
    eve = await onboarded(world, email="eve@example.org")
    with pytest.raises(WithdrawalNotFound):
        await world.app.funding.withdrawal(eve.id, withdrawal.id)
    assert (await world.app.funding.withdrawal(ada.id, withdrawal.id)).id == withdrawal.id


@pytest.mark.situation(
    "less than the smallest withdrawal is left",
    must="all of it can be withdrawn, a part of it cannot",
)
async def test_the_last_withdrawal_may_be_everything(world: World, ada: Investor) -> None:
    await ada.withdraw("996.50")
    await world.let_pass(60)
    with pytest.raises(InvalidWithdrawalAmount, match="all that is there"):
        await ada.withdraw("3.49")
    with pytest.raises(InvalidWithdrawalAmount):
        await ada.withdraw("4.00")
    await ada.withdraw("3.50")
    await world.let_pass(60)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    assert await ada.available() == a.dollars("0.00")
    assert world.outside[a.SOMEWHERE] == a.usdc("1000.00") - FEE - FEE
    await require_honest_books(world, ada)


async def test_what_the_off_ramp_would_not_take_is_no_withdrawal(
    world: World, ada: Investor
) -> None:
    await ada.withdraw("999.01")
    await world.let_pass(60)
    with pytest.raises(InvalidWithdrawalAmount):
        await ada.withdraw("0.99")
