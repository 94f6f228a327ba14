"""A break in the account of an investor who calls the API."""

from __future__ import annotations

from domain.ids import InvestorId
from domain.money import USD, Money
from domain.reconciliation.difference import LineKind, Place
from tests.component.investor import Investor
from tests.component.staff import identity_of
from tests.support.planting import act, copy_books, read_twice
from tests.support.world import SCHEDULE


async def plant(somebody: Investor, owner: InvestorId | None = None) -> str:
    """A dividend of 0.75 USD that the broker paid by itself; the id of its break. All sessions expire."""
    world, owner = somebody.world, owner or await identity_of(somebody)
    world.advance(SCHEDULE.grace_s + 1)
    await copy_books(world, owner)
    world.books[Place.BROKER].plant(owner, act(LineKind.DIVIDEND, Money(75, USD)))
    (found,) = await read_twice(world, owner)
    return found.id
