"""
Debts, and that they are paid first: there is no free money or share beside a debt in the same asset.

A debt is the account ``owed``: what has happened and could not be taken out of a hold. Every unit of work
that adds to what is free, or to a debt, also pays as much of the debt as it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from domain.ids import FIRM, InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, entry_of, free_of
from domain.money import Asset, Money


@attrs.frozen(order=True)
class Purse:
    """What an owner has and owes of one asset."""

    owner: InvestorId
    asset: Asset

    @property
    def free(self) -> Account:
        return free_of(self.owner, self.asset)

    @property
    def owed(self) -> Account:
        return account_of(self.owner, Role.OWED, self.asset)


def purses(entries: Iterable[Entry]) -> tuple[Purse, ...]:
    """The purses in which the entries may put free money beside a debt, in order."""
    found = set()
    for entry in entries:
        for posting in entry.postings:
            for account in (posting.debit, posting.credit):
                purse = Purse(account.owner, account.asset)
                is_of_it = account in {purse.free, purse.owed} and account.owner != FIRM
                if is_of_it and entry.change(account).is_positive:
                    found.add(purse)
    return tuple(sorted(found))


def payable(purse: Purse, balances: Mapping[Account, Money], entries: Iterable[Entry]) -> Money:
    """How much of the debt can be paid after the entries; zero or more."""
    left = []
    for account in (purse.free, purse.owed):
        changes = sum(entry.change(account).minor for entry in entries)
        before = balances.get(account, Money.zero(purse.asset))
        left.append(before.minor + changes)
    return Money(max(min(left), 0), purse.asset)


def paid(key: str, purse: Purse, amount: Money) -> Entry:
    """Free money or shares pay a debt."""
    return entry_of(key, "debt_paid", [(purse.free, purse.owed, amount)])
