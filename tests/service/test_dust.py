"""What is too little to convert: it is kept, adds up, is taken once, and floods nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from domain.funding.conversion import Direction
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import LookupKey
from domain.money import USDC, Money
from domain.processes.facts.funding import TransferSeen
from domain.processes.facts.review import Ruled
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.instructions import OpenConversion
from domain.processes.rulings import possible
from domain.review.ruling import Action
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

STRAYS = 300
SETTLES_S = 300


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def arrives(ada: Investor, text: str) -> Deposit:
    """USDC arrives, and whatever becomes of it, has become."""
    await ada.receive(text)
    await ada.world.let_pass(SETTLES_S)
    return await ada.deposit()


async def deposits(ada: Investor) -> Sequence[Deposit]:
    return await ada.world.app.funding.deposits(ada.id, before=None, limit=10)


async def dust(ada: Investor) -> Money:
    balances = await ada.world.app.portfolio.balances(ada.id)
    return next((b.dust for b in balances if b.asset == USDC), Money.zero(USDC))


@pytest.mark.situation(
    "deposits of 1.00 and 2.50 USDC, at or below the off-ramp's fee",
    must="dust: no conversion is tried, and no person is asked",
)
@pytest.mark.parametrize("amount", ["1", "2.5", "2.999999"])
async def test_an_arrival_below_the_minimum_is_dust_and_no_case(
    world: World, ada: Investor, amount: str, was: Callable[[str], None]
) -> None:
    deposit = await arrives(ada, amount)
    assert deposit.stage is DepositStage.FAILED
    assert deposit.reason == "below the smallest convertible amount; kept as dust"
    assert (world.offramp.opened, await dust(ada)) == (0, a.usdc(amount))
    await require_honest_books(world, ada)
    was(f"{amount}: {deposit.stage.value}, dust")


@pytest.mark.situation(
    "six deposits of 0.99 USDC, then one of 20", must="dust adds up into the next conversion"
)
async def test_dust_adds_up_into_the_next_conversion(world: World, ada: Investor) -> None:
    for _ in range(3):
        assert (await arrives(ada, "0.99")).stage is DepositStage.FAILED
    lifted = await arrives(ada, "0.995")
    assert (lifted.stage, lifted.from_dust) == (DepositStage.BROKER_FUNDED, a.usdc("2.965"))
    assert await dust(ada) == a.usdc("0.005")
    with_cents = await arrives(ada, "20.005")
    assert with_cents.convertible == a.usdc("20.01")
    assert await dust(ada) == a.usdc("0")
    assert await ada.available() == a.dollars("18.97")
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "two arrivals at once, each of which could take the wallet's dust",
    must="the dust is converted once",
)
async def test_the_same_dust_is_taken_once(world: World, ada: Investor) -> None:
    await arrives(ada, "0.995")
    assert ada.wallet.address is not None
    other = world.custodian.receive_usdc(ada.wallet.address, a.usdc("7"))

    async def the_other_is_faster() -> None:
        about = LookupKey(TRANSACTION, other.transaction_id)
        await world.app.processes.apply_external(about, other, cause="webhook")

    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("5.005"))
    world.meanwhile = the_other_is_faster
    about = LookupKey(TRANSACTION, seen.transaction_id)
    await world.app.processes.apply_external(about, seen, cause="webhook")
    await world.let_pass(SETTLES_S)
    taken = {d.amount: d.from_dust for d in await deposits(ada)}
    assert taken[a.usdc("7")] == a.usdc("0.99")
    assert taken[a.usdc("5.005")] == a.usdc("0.005")
    assert await dust(ada) == a.usdc("0")
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "the off-ramp's fee has risen above the minimum that was set",
    must="its refusal is final: dust, no further tries, no review",
)
async def test_a_refusal_of_so_little_is_final(world: World, ada: Investor) -> None:
    await arrives(ada, "0.995")
    await ada.receive("4.005")
    world.offramp.fees[Direction.TO_DOLLARS] = a.dollars("9.00")
    await world.let_pass(SETTLES_S)
    deposit = await ada.deposit()
    assert deposit.stage is DepositStage.FAILED
    assert (deposit.reason or "").startswith("kept as dust: the amount must exceed the fee")
    assert await dust(ada) == a.usdc("5")
    orders = [job for job in world.database.jobs.values() if isinstance(job.work, OpenConversion)]
    assert len(orders) == 1
    await require_honest_books(world, ada)


async def test_a_deposit_in_review_of_which_nothing_was_sent_may_be_kept_as_dust(
    world: World, ada: Investor
) -> None:
    await ada.receive("2000")
    for _ in range(4):
        world.offramp.faults.refuse("not today")
        await world.run_jobs()
        world.advance(60)
    stuck = await ada.deposit()
    assert stuck.stage is DepositStage.MANUAL_REVIEW
    assert Action.KEEP_AS_DUST in possible(stuck)
    await world.app.processes.apply(
        stuck.id, Ruled(action=Action.KEEP_AS_DUST, reason="agreed with the investor")
    )
    assert (await ada.deposit()).stage is DepositStage.FAILED
    assert await dust(ada) == a.usdc("2000")
    await require_honest_books(world, ada)
    assert (await arrives(ada, "1")).convertible == a.usdc("2001")


@pytest.mark.situation(
    "a stranger sends 300 transfers of 0.000001 USDC",
    must="no deposit and no job, one entry each; the account can be closed",
)
async def test_strangers_dust_floods_neither_lists_nor_jobs(
    world: World, ada: Investor, was: Callable[[str], None]
) -> None:
    assert ada.wallet.address is not None
    jobs_before = len(world.database.jobs)
    for number in range(STRAYS):
        final = number % 2 == 0
        seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("0.000001"), final=final)
        about = LookupKey(TRANSACTION, seen.transaction_id)
        await world.app.processes.apply_external(about, seen, cause="webhook")
        if not final:
            world.custodian.finalise(seen.transaction_id)
    await world.app.feeds.poll_inbound()
    await world.app.feeds.poll_inbound()
    assert (await deposits(ada), len(world.database.jobs)) == ([], jobs_before)
    assert await dust(ada) == Money(STRAYS, USDC)
    await require_honest_books(world, ada)
    assert (await arrives(ada, "5")).stage is DepositStage.BROKER_FUNDED
    was(f"{STRAYS} transfers: 0 deposits, 0 jobs")


async def test_a_stray_that_lifts_the_dust_over_the_minimum_is_a_deposit(
    world: World, ada: Investor
) -> None:
    await arrives(ada, "2.95")
    lifting = await arrives(ada, "0.05")
    assert (lifting.stage, lifting.convertible) == (DepositStage.BROKER_FUNDED, a.usdc("3"))
    assert await dust(ada) == a.usdc("0")
    await require_honest_books(world, ada)


async def tell(world: World, seen: TransferSeen) -> None:
    about = LookupKey(TRANSACTION, seen.transaction_id)
    await world.app.processes.apply_external(about, seen, cause="webhook")


@pytest.mark.situation(
    "a stray is told again after a deposit of its amount was announced, or while dust adds up",
    must="it is credited once",
)
@pytest.mark.parametrize("meanwhile", ["announced", "lifted"])
async def test_a_stray_is_never_taken_for_a_deposit_when_it_is_told_again(
    world: World, ada: Investor, meanwhile: str
) -> None:
    assert ada.wallet.address is not None
    if meanwhile == "lifted":
        await arrives(ada, "2.50")
    stray = world.custodian.receive_usdc(ada.wallet.address, a.usdc("0.05"))
    await tell(world, stray)
    if meanwhile == "announced":
        await world.app.funding.announce_deposit(
            ada.id, chain=ada.wallet.chain, amount=a.usdc("0.05")
        )
    else:
        await arrives(ada, "0.40")
    before = await dust(ada)
    await tell(world, stray)
    assert await dust(ada) == before
    await require_honest_books(world, ada)


async def test_a_stray_that_is_judged_twice_at_once_is_credited_once(
    world: World, ada: Investor
) -> None:
    """Between the judgement and the commit a deposit of its amount is announced, and it is told again."""
    assert ada.wallet.address is not None
    stray = world.custodian.receive_usdc(ada.wallet.address, a.usdc("0.05"))

    async def overtake() -> None:
        await world.app.funding.announce_deposit(
            ada.id, chain=ada.wallet.chain, amount=a.usdc("0.05")
        )
        await tell(world, stray)

    world.meanwhile = overtake
    await tell(world, stray)
    assert await dust(ada) == a.usdc("0.05")
    await require_honest_books(world, ada)


async def test_an_announced_deposit_is_shown_however_small(world: World, ada: Investor) -> None:
    await world.app.funding.announce_deposit(ada.id, chain=ada.wallet.chain, amount=a.usdc("0.05"))
    assert (await arrives(ada, "0.05")).stage is DepositStage.FAILED
    assert len(await deposits(ada)) == 1
