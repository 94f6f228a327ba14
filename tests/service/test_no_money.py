"""Arrivals that are no money, or that the custodian does not release."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey
from domain.ledger.account import Role
from domain.ledger.entry import InvalidPosting
from domain.ledger.templates import dust
from domain.ledger.templates import funding as templates
from domain.processes.facts.funding import (
    InboundTransfer,
    LimitOverridden,
    TransferDenied,
    TransferSeen,
)
from domain.processes.funding.deposit_arrival import TRANSACTION
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.builders import ADA
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def tell(world: World, fact: InboundTransfer) -> None:
    about = LookupKey(TRANSACTION, fact.transaction_id)
    await world.app.processes.apply_external(about, fact, cause="webhook")


def _before_screening(denied: TransferDenied) -> TransferSeen:
    return TransferSeen(
        transaction_id=denied.transaction_id,
        wallet_id=denied.wallet_id,
        tx_hash=denied.tx_hash,
        amount=denied.amount,
        final=False,
    )


async def deposits(ada: Investor) -> Sequence[Deposit]:
    return await ada.world.app.funding.deposits(ada.id, before=None, limit=10)


@pytest.mark.situation(
    "USDC of zero or less arrives", must="no deposit, no job that raises, nothing in the ledger"
)
@pytest.mark.parametrize("amount", ["0", "-5"])
@pytest.mark.parametrize("final", [True, False])
async def test_what_is_not_positive_is_no_money(
    world: World, ada: Investor, amount: str, *, final: bool
) -> None:
    assert ada.wallet.address is not None
    await tell(world, world.custodian.receive_usdc(ada.wallet.address, a.usdc(amount), final=final))
    await world.let_pass(600)
    assert await world.app.feeds.poll_inbound() == []
    assert await deposits(ada) == []


async def test_an_announced_deposit_is_not_ended_by_nothing(world: World, ada: Investor) -> None:
    announced = await world.app.funding.announce_deposit(
        ada.id, chain=ada.wallet.chain, amount=a.usdc("250")
    )
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("0"))
    await world.app.processes.apply_external(announced.id, seen, cause="webhook")
    assert (await ada.deposit()).stage is DepositStage.EXPECTED


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_template_refuses_what_is_not_positive_and_says_so(amount: str) -> None:
    money = a.usdc(amount)
    with pytest.raises(InvalidPosting, match="deposit_confirmed: nothing positive to post"):
        templates.deposit_confirmed(
            "k",
            owner=ADA,
            wallet_id="wallet-ada",
            gross=money,
            from_dust=a.usdc("0"),
            dust=a.usdc("0"),
        )
    with pytest.raises(InvalidPosting, match="kept_as_dust"):
        dust.kept_as_dust("k", owner=ADA, wallet_id="w", amount=money)
    with pytest.raises(InvalidPosting, match="paid_out"):
        templates.paid_out("k", owner=ADA, amount=money)
    with pytest.raises(InvalidPosting, match="converted"):
        templates.converted(
            "k",
            owner=ADA,
            claim=Role.INCOMING,
            sold=money,
            bought=a.dollars("2"),
            fee=a.dollars("1"),
            received_in=Role.BROKER,
        )


@pytest.mark.situation(
    "the custodian's screening denies an arrival",
    must="a review at once, with the reason, and the USDC in the books",
)
@pytest.mark.parametrize("is_seen_before", [True, False])
async def test_a_denied_arrival_is_in_review_at_once(
    world: World, ada: Investor, *, is_seen_before: bool
) -> None:
    assert ada.wallet.address is not None
    denied = world.custodian.deny(ada.wallet.address, a.usdc("50.000001"))
    if is_seen_before:
        await tell(world, _before_screening(denied))
        assert (await ada.deposit()).stage is DepositStage.DETECTED
    await tell(world, denied)
    await tell(world, denied)
    await world.let_pass(3600)
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.MANUAL_REVIEW
    assert deposit.reason == "the custodian denied it"
    assert len(await deposits(ada)) == 1
    await require_honest_books(world, ada)

    await world.app.processes.apply(deposit.id, LimitOverridden(reason="released"))
    await world.let_pass(600)
    released = await ada.deposit()
    assert (released.stage, released.dust) == (DepositStage.BROKER_FUNDED, a.usdc("0.000001"))
    assert await ada.available() == a.dollars("47.50")
    await require_honest_books(world, ada)


async def test_a_transfer_that_the_chain_dropped_is_expired(world: World, ada: Investor) -> None:
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("50"), final=False)
    await tell(world, seen)
    await tell(world, world.custodian.drop(seen.transaction_id))
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.EXPIRED
    assert deposit.reason == "the transfer failed: dropped"
    await require_honest_books(world, ada)
