"""``reconcile`` agrees with the providers, and tells when our books say something else."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import USD, Money
from tests.e2e.books import Books
from tests.e2e.command import command
from tests.e2e.investor import Investor
from tests.support.stack import Stack


async def test_a_dollar_that_only_our_books_know_is_told(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    ran = await command(stack, "reconcile", ann.id)
    assert ran.code == 0, ran
    assert "247.50" in ran.output

    owner, dollar = InvestorId(ann.id), Money(100, USD)
    broker, cash = Account(Role.BROKER, owner, USD), Account(Role.CASH, owner, USD)
    at = datetime.now(UTC)  # noqa: TID251 - the edge
    invented = Entry(f"{ann.id}:invented", "test", (Posting(broker, cash, dollar),))
    await books.ledger.post(invented, at=at)
    ran = await command(stack, "reconcile", ann.id)
    assert ran.code == 1, ran
    assert "DIFFERS" in ran.output

    undone = Entry(f"{ann.id}:undone", "test", (Posting(cash, broker, dollar),))
    await books.ledger.post(undone, at=at)
