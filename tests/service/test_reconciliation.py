"""Breaks planted in the books of each place, found, classed, followed and healed."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from adapters.memory.processes import InMemoryProcesses
from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.templates.healing import Healing
from domain.money import USD, Asset, Money
from domain.processes.facts.review import Ruled
from domain.reconciliation.break_record import Break, BreakStage
from domain.reconciliation.difference import BreakClass, Line, LineKind, Place
from domain.reconciliation.run import ReconciliationRun, RunScope, RunStage
from domain.review.ruling import Action, Evidence
from ports.books import Holder
from tests.service.stories import Investor, funded
from tests.support.builders import AT, usdc
from tests.support.planting import copy_books
from tests.support.world import SCHEDULE, World

PATIENCE_S = SCHEDULE.grace_s + 1
PROVIDERS = (Place.CUSTODIAN, Place.OFFRAMP, Place.BROKER)


@attrs.define
class Story:
    """Ann has 247.50 USD; every provider's book says what our ledger says."""

    world: World
    ann: Investor

    async def found(
        self, *, owner: InvestorId | None = None
    ) -> Sequence[tuple[Place, BreakClass, str]]:
        """The open breaks after two complete readings with the grace period between them."""
        await self.check(owner)
        self.world.advance(PATIENCE_S)
        await self.check(owner)
        return [(each.place, each.cls, str(each.amount)) for each in await self.breaks(owner)]

    async def check(self, owner: InvestorId | None = None) -> None:
        await self.world.app.reconciliation.check(owner or self.ann.id, complete=True)

    async def breaks(
        self, owner: InvestorId | None = None, stage: BreakStage = BreakStage.OPEN
    ) -> Sequence[Break]:
        store = InMemoryProcesses(self.world.database)
        found = await store.of_investor(owner or self.ann.id, kind=Break, stage=stage.value)
        return [each.record for each in found]

    def act(self, kind: LineKind, amount: Money, *, id_: str = "x", about: str = "") -> Line:
        return Line(
            id=id_, amount=amount, at=AT, kind=kind, about=ProcessId(about) if about else None
        )


@pytest.fixture
async def story() -> Story:
    world = World(offramp_books=True)
    ann = await funded(world)
    world.advance(PATIENCE_S)
    told = Story(world, ann)
    await copy_books(world, ann.id)
    return told


async def test_books_that_agree_raise_nothing(story: Story) -> None:
    for owner in (FIRM, story.ann.id):
        assert await story.found(owner=owner) == []
        for stage in BreakStage:
            assert await story.breaks(owner, stage) == []


AAPL = Asset.share("AAPL")


@pytest.mark.situation(
    "one break of each class is planted in the books of each place",
    must="each is found and rightly classed at the second reading, none before",
)
@pytest.mark.parametrize(
    ("place", "kind", "amount", "cls"),
    [
        (Place.CUSTODIAN, LineKind.PAYMENT, usdc("33"), BreakClass.MISSING),
        (Place.CUSTODIAN, LineKind.PAYMENT, -usdc("33"), BreakClass.OWN_ACT),
        (Place.OFFRAMP, LineKind.CONVERSION, usdc("50"), BreakClass.MISSING),
        (Place.BROKER, LineKind.BANK_TRANSFER, Money(5000, USD), BreakClass.MISSING),
        (Place.BROKER, LineKind.JOURNAL, Money(-2000, USD), BreakClass.OWN_ACT),
        (Place.BROKER, LineKind.DIVIDEND, Money(75, USD), BreakClass.OWN_ACT),
        (Place.BROKER, LineKind.INTEREST, Money(3, USD), BreakClass.OWN_ACT),
        (Place.BROKER, LineKind.FEE, Money(-3, USD), BreakClass.FEE),
        (Place.BROKER, LineKind.FILL, Money(10**9, AAPL), BreakClass.OWN_ACT),
        (Place.BROKER, LineKind.CORPORATE_ACTION, Money(10**9, AAPL), BreakClass.OWN_ACT),
    ],
)
async def test_what_a_provider_did_by_itself_is_found(
    story: Story, place: Place, kind: LineKind, amount: Money, cls: BreakClass
) -> None:
    story.world.books[place].plant(story.ann.id, story.act(kind, amount))
    await story.check()
    assert await story.breaks() == []
    assert await story.found() == [(place, cls, str(amount))]


@pytest.mark.situation(
    "a provider did an effect of ours twice, never, or with another amount",
    must="found and classed as a duplicate, an orphan or an amount",
)
@pytest.mark.parametrize("place", PROVIDERS)
@pytest.mark.parametrize("cls", [BreakClass.DUPLICATE, BreakClass.ORPHAN, BreakClass.AMOUNT])
async def test_an_effect_of_ours_that_differs_there_is_found(
    story: Story, place: Place, cls: BreakClass
) -> None:
    books = story.world.books[place]
    line = (await books.lines(await _holder(story), since=AT.replace(year=1970)))[-1]
    more = Money(1, line.amount.asset)
    match cls:
        case BreakClass.DUPLICATE:
            books.plant(story.ann.id, attrs.evolve(line, id="again"))
            expected = line.amount
        case BreakClass.ORPHAN:
            books.erase(story.ann.id, line)
            expected = -line.amount
        case _:
            books.erase(story.ann.id, line)
            books.plant(story.ann.id, attrs.evolve(line, amount=line.amount + more))
            expected = more
    found = await story.found()
    assert (place, cls, str(expected)) in found


async def _holder(story: Story) -> Holder:
    return await story.world.app.reconciliation.holder(story.ann.id)


@pytest.mark.parametrize("place", [Place.CUSTODIAN, Place.BROKER])
async def test_a_balance_that_no_line_explains_is_an_amount(story: Story, place: Place) -> None:
    off = usdc("1") if place is Place.CUSTODIAN else Money(-7, USD)
    story.world.books[place].add(story.ann.id, off)
    assert await story.found() == [(place, BreakClass.AMOUNT, str(off))]


@pytest.mark.parametrize(
    ("off", "cls"), [(usdc("5"), BreakClass.MISSING), (-usdc("5"), BreakClass.ORPHAN)]
)
async def test_the_chain_is_compared_with_the_custodian(
    story: Story, off: Money, cls: BreakClass
) -> None:
    story.world.books[Place.CHAIN].add(story.ann.id, off)
    assert await story.found() == [(Place.CHAIN, cls, str(off))]


async def test_a_break_closes_itself_and_begins_anew(story: Story) -> None:
    books = story.world.books[Place.BROKER]
    books.add(story.ann.id, Money(-7, USD))
    await story.found()
    books.add(story.ann.id, Money(7, USD))
    assert await story.found() == []
    (closed,) = await story.breaks(stage=BreakStage.CLOSED)
    books.add(story.ann.id, Money(-9, USD))
    await story.found()
    (again,) = await story.breaks()
    assert (again.id, again.amount) == (closed.id, Money(-9, USD))


async def test_the_same_break_is_not_opened_again(story: Story) -> None:
    story.world.books[Place.BROKER].add(story.ann.id, Money(-7, USD))
    for _ in range(3):
        assert len(await story.found()) == 1


async def test_a_provider_that_does_not_answer_leaves_its_breaks_alone(story: Story) -> None:
    books = story.world.books[Place.BROKER]
    books.add(story.ann.id, Money(-7, USD))
    await story.found()
    books.is_down = True
    checked = await story.world.app.reconciliation.check(story.ann.id, complete=True)
    assert len(checked.unreadable) == 1
    assert len(await story.breaks()) == 1


@pytest.mark.parametrize("healing", Healing)
async def test_a_posting_heals_a_break_and_the_books_agree(story: Story, healing: Healing) -> None:
    owner = FIRM if healing is Healing.CAPITAL else story.ann.id
    dividend = story.act(LineKind.DIVIDEND, Money(75, USD))
    story.world.books[Place.BROKER].plant(owner, dividend)
    await story.found(owner=owner)
    (found,) = await story.breaks(owner)
    ruled = Ruled(action=Action.HEAL, reason="seen", evidence=Evidence(healing=healing))
    await story.world.app.processes.apply(found.id, ruled)
    assert await story.found(owner=owner) == []
    assert [each.id for each in await story.breaks(owner, BreakStage.HEALED)] == [found.id]
    assert await story.world.app.ledger.imbalances() == {}


async def test_a_duplicate_that_was_healed_stays_healed(story: Story) -> None:
    books = story.world.books[Place.BROKER]
    line = (await books.lines(await _holder(story), since=AT.replace(year=1970)))[-1]
    books.plant(story.ann.id, attrs.evolve(line, id="again"))
    await story.found()
    (found,) = await story.breaks()
    evidence = Evidence(healing=Healing.SUSPENSE)
    ruled = Ruled(action=Action.HEAL, reason="seen", evidence=evidence)
    await story.world.app.processes.apply(found.id, ruled)
    assert await story.found() == []


async def test_an_arrival_that_nobody_told_of_becomes_a_deposit(story: Story) -> None:
    world, ann = story.world, story.ann
    assert ann.wallet.address is not None
    seen = world.custodian.receive_usdc(ann.wallet.address, usdc("100"))
    line = story.act(LineKind.PAYMENT, usdc("100"), id_=seen.transaction_id)
    world.books[Place.CUSTODIAN].copy(ann.id, line)
    await story.check()
    deposit = await ann.deposit()
    assert deposit.transaction_id == seen.transaction_id
    await story.check()
    assert await story.breaks(stage=BreakStage.NOTICED) == []


async def test_runs_follow_one_another_and_go_through_every_owner(story: Story) -> None:
    runs = story.world.app.reconciliation_runs
    ended = [await runs.turn() for _ in range(3)]
    told = [(run.scope, run.owners, run.stage) if run else None for run in ended]
    assert told == [
        (RunScope.COMPLETE, 2, RunStage.DONE),
        (RunScope.BALANCES, 2, RunStage.DONE),
        None,
    ]
    story.world.advance(SCHEDULE.cycle_s)
    again = await runs.turn()
    assert isinstance(again, ReconciliationRun)
    assert again.scope is RunScope.BALANCES


@pytest.mark.parametrize("part", [None, "of-an-order"])
async def test_a_tampered_balance_is_found_in_the_ledger(story: Story, part: str | None) -> None:
    world = story.world
    role = Role.HOLD if part else Role.CASH
    world.database.accounts.rolled_up[Account(role, story.ann.id, USD, part)] += 7
    await world.app.reconciliation.check_ledger()
    world.advance(PATIENCE_S)
    await world.app.reconciliation.check_ledger()
    found = await story.breaks(FIRM)
    assert [(each.place, each.cls, each.asset) for each in found] == [
        (Place.LEDGER, BreakClass.AMOUNT, USD)
    ] * 2
