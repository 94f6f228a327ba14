"""The lines of an entry, and the accounts that they name."""

from __future__ import annotations

from collections.abc import Iterable

from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import Asset, Money


def entry_of(key: str, template: str, lines: Iterable[tuple[Account, Account, Money]]) -> Entry:
    """Each line is debit, credit and amount; lines of nothing are left out."""
    postings = tuple(Posting(debit, credit, amount) for debit, credit, amount in lines if amount)
    return Entry(key, template, postings)


def account_of(owner: InvestorId, role: Role, asset: Asset) -> Account:
    return Account(role, owner, asset)


def hold_of(owner: InvestorId, asset: Asset, process_id: ProcessId) -> Account:
    return Account(Role.HOLD, owner, asset, process_id)


def free_of(owner: InvestorId, asset: Asset) -> Account:
    """The account of what the investor may use now: cash for dollars, else securities."""
    return account_of(owner, Role.SECURITY if asset.is_share else Role.CASH, asset)
