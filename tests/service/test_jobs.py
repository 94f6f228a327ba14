from __future__ import annotations

import contextlib

import pytest

from domain.errors import DomainError
from domain.funding.deposit import DepositStage
from domain.ids import LookupKey, reference
from domain.ledger.entry import InsufficientFunds
from domain.processes.facts.funding import TransferSeen
from domain.processes.facts.trading import CancelRequested
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.instructions import JournalFunds, OpenConversion, SendUsdc
from domain.processes.retry_policy import RetryPolicy
from domain.services.integration.feeds import INBOUND
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import OrderNotOpen
from ports.errors import StoreRefused, StoreUnavailable
from ports.inbound import Event, InboundFact
from ports.processes import LeaseLost
from tests.service.stories import Investor, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("work", [OpenConversion, SendUsdc, JournalFunds])
async def test_a_commit_that_is_lost_after_the_effect_repeats_no_effect(
    world: World, work: type[OpenConversion | SendUsdc | JournalFunds]
) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    if work is JournalFunds:
        await world.run_jobs()
        world.advance(10)
    job = await world.run_jobs_before(work)
    world.commits_to_lose = 1
    await world.app.jobs.run(job)
    await world.let_pass(600)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert world.offramp.opened == 1
    assert world.custodian.sent == a.usdc("250")
    await require_honest_books(world, ada)


async def test_a_worker_that_dies_leaves_its_job_to_another(world: World) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    await world.run_jobs_before(SendUsdc)
    await world.let_pass(120)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert world.custodian.sent == a.usdc("250")


async def test_a_decision_on_an_old_version_is_made_again(world: World) -> None:
    """Two workers bring news of one deposit at the same moment; both are taken in."""
    ada = await onboarded(world)
    await ada.receive("250")
    opening = await world.run_jobs_before(OpenConversion)
    await world.app.jobs.run(opening)
    jobs = await world.app.jobs.claim(limit=9, lease_s=30)
    for job in (*jobs, *jobs):
        with contextlib.suppress(LeaseLost):
            await world.app.jobs.run(job)
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


async def test_an_inquiry_without_an_end_goes_to_a_person() -> None:
    world = World(retries=RetryPolicy(lookups_max=3))
    ada = await onboarded(world)
    world.slow_down()
    await ada.receive("250")
    await world.let_pass(300)
    deposit = await ada.deposit()
    assert (deposit.stage, deposit.reason) == (
        DepositStage.MANUAL_REVIEW,
        "no outcome for too long",
    )
    assert deposit.payment is not None
    world.custodian.settle(deposit.payment.reference)
    found = await world.custodian.find_payment(deposit.payment.reference, provider_id=None)
    assert found is not None
    await world.app.processes.apply(deposit.id, found)
    world.offramp.settle(reference(deposit.id, "offramp"))
    settled = await world.offramp.find_conversion(
        reference(deposit.id, "offramp"), account_id=deposit.offramp_account_id, provider_id=None
    )
    assert settled is not None
    await world.app.processes.apply(deposit.id, settled)
    assert (await ada.deposit()).stage is DepositStage.OFFRAMP_SETTLED
    await require_honest_books(world, ada)


def event(ada: Investor, *, transaction_id: str = "t-1") -> Event:
    fact = TransferSeen(
        transaction_id=transaction_id,
        wallet_id=ada.wallet.provider_id or "",
        tx_hash="0x1",
        amount=a.usdc("250"),
        final=True,
    )
    return Event("position-1", InboundFact(LookupKey(TRANSACTION, transaction_id), fact))


async def test_an_event_is_taken_in_and_its_position_kept(world: World) -> None:
    ada = await onboarded(world)
    assert await world.app.feeds.position("stream") is None
    assert await world.app.feeds.apply_event("stream", event(ada)) is None
    await world.app.feeds.advance("stream", "position-1")
    assert await world.app.feeds.position("stream") == "position-1"
    deposit = await ada.deposit()
    _, trail = await world.app.trails.trail(deposit.id, investor_id=ada.id)
    assert trail[0].detail["from"] == "event:stream:position-1"
    assert await world.app.feeds.apply_event("stream", Event("position-2", None)) is None


async def test_an_event_that_could_not_be_kept_must_come_again(world: World) -> None:
    ada = await onboarded(world)
    world.commits_to_lose = 1
    with pytest.raises(StoreUnavailable):
        await world.app.feeds.apply_event("stream", event(ada))
    assert await world.app.feeds.apply_event("stream", event(ada)) is None
    assert (await ada.deposit()).stage is DepositStage.CONFIRMED


@pytest.mark.situation(
    "An event breaks a rule of the database that the product does not know",
    must="it is handed back as a defect, so that its feed continues; the poll looks at it again",
)
async def test_a_defect_stops_no_feed(world: World) -> None:
    ada = await onboarded(world)

    async def refuse() -> None:
        raise StoreRefused("an unknown rule")

    world.meanwhile = refuse
    assert isinstance(await world.app.feeds.apply_event("stream", event(ada)), StoreRefused)
    assert await world.app.feeds.apply_event("stream", event(ada, transaction_id="t-2")) is None
    world.custodian.receive_usdc(ada.wallet.address or "", a.usdc("5"))
    world.meanwhile = refuse
    assert [type(each) for each in await world.app.feeds.poll_inbound()] == [StoreRefused]
    assert await world.app.feeds.position(INBOUND) is None
    assert await world.app.feeds.poll_inbound() == []
    assert await world.app.feeds.position(INBOUND) is not None


async def test_what_the_books_refuse_is_handed_back(world: World) -> None:
    ada = await funded(world)
    order = await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    await world.run_jobs()
    world.exchange.fill(order.reference)
    await world.let_pass(30)
    refused = await world.app.feeds.apply_event(
        "stream", Event("p", InboundFact(order.id, CancelRequested()))
    )
    assert isinstance(refused, OrderNotOpen)
    assert isinstance(refused, DomainError)


async def test_a_trail_is_for_its_owner_and_staff(world: World) -> None:
    ada = await funded(world)
    eve = await onboarded(world, email="eve@example.org")
    deposit = await ada.deposit()
    with pytest.raises(TrailNotFound):
        await world.app.trails.trail(deposit.id, investor_id=eve.id)
    with pytest.raises(TrailNotFound):
        await world.app.trails.trail(a.process_id(404_404), investor_id=None)
    record, _ = await world.app.trails.trail(deposit.id, investor_id=None)
    assert record == deposit


async def test_two_requests_for_the_last_dollar_are_one_withdrawal(world: World) -> None:
    ada = await funded(world)
    await ada.withdraw("1000.00")
    for request in (ada.withdraw("5.00"), world.app.trading.place(ada.id, terms=a.buy("1.00"))):
        with pytest.raises(InsufficientFunds):
            await request
    await world.let_pass(60)
    assert await ada.available() == a.dollars("0.00")
    await require_honest_books(world, ada)
