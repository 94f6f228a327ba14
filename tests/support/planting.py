"""Planting breaks in the in-memory books of the providers."""

from __future__ import annotations

import attrs

from adapters.memory.processes import InMemoryProcesses
from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.account import Role
from domain.money import Money
from domain.reconciliation.break_record import Break, BreakStage
from domain.reconciliation.difference import Line, LineKind, Place
from domain.services.operations.own_lines import own_lines
from tests.support.builders import AT
from tests.support.world import SCHEDULE, World

KINDS = {
    Place.CUSTODIAN: LineKind.PAYMENT,
    Place.OFFRAMP: LineKind.CONVERSION,
    Place.BROKER: LineKind.JOURNAL,
}
"""What a line of ours is called at each place."""


async def copy_books(world: World, *owners: InvestorId) -> None:
    """Let every provider's book show a line for each of ours."""
    moved = await world.app.ledger.movements(None, since=ProcessId(""), roles=set(Role))
    for place, kind in KINDS.items():
        for owner in (FIRM, *owners):
            is_offramp = place is Place.OFFRAMP
            if place not in world.books or place.role is None or (is_offramp and owner == FIRM):
                continue
            at = FIRM if is_offramp else owner
            for line in own_lines(moved, role=place.role, owner=at):
                world.books[place].copy(owner, attrs.evolve(line, kind=kind))


def act(kind: LineKind, amount: Money, *, id_: str = "x") -> Line:
    """A line about no process of ours."""
    return Line(id=id_, amount=amount, at=AT, kind=kind)


async def open_breaks(
    world: World, owner: InvestorId, stage: BreakStage = BreakStage.OPEN
) -> list[Break]:
    store = InMemoryProcesses(world.database)
    found = await store.of_investor(owner, kind=Break, stage=stage.value)
    return [each.record for each in found]


async def read_twice(world: World, owner: InvestorId) -> list[Break]:
    """The open breaks after two complete readings with the grace period between them."""
    await world.app.reconciliation.check(owner, complete=True)
    world.advance(SCHEDULE.grace_s + 1)
    await world.app.reconciliation.check(owner, complete=True)
    return await open_breaks(world, owner)
