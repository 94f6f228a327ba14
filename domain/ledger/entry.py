"""
Double entry: a posting moves one amount between two accounts of one asset.

A posting debits one account and credits another by the same amount, so every entry balances for each
asset by construction.
"""

from __future__ import annotations

import attrs

from domain.errors import DomainError, Kind, Severity
from domain.ledger.account import Account
from domain.money import Asset, AssetMismatch, Money

POSTINGS_MAX = 64


class InvalidPosting(DomainError):
    """A posting moves a positive amount between two different accounts of the amount's asset."""

    code = "ERR_5901"
    slug = "invalid-posting"
    kind = Kind.INTERNAL
    severity = Severity.ERROR


class InsufficientFunds(DomainError):
    """The available balance is not sufficient."""

    code = "ERR_5902"
    slug = "insufficient-funds"
    kind = Kind.BUSINESS_RULE


class EntryAlreadyPosted(DomainError):
    """A ledger entry with this key already exists."""

    code = "ERR_5903"
    slug = "entry-already-posted"
    kind = Kind.CONFLICT


class DebtUnpaid(DomainError):
    """There would be free money or shares beside a debt, which must be paid first."""

    code = "ERR_5909"
    slug = "debt-unpaid"
    kind = Kind.CONFLICT
    retryable = True


@attrs.frozen
class Posting:
    """``amount`` from the credited account to the debited one."""

    debit: Account
    credit: Account
    amount: Money

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_positive or self.debit == self.credit:
            raise InvalidPosting
        if not self.debit.asset == self.credit.asset == self.amount.asset:
            raise AssetMismatch(f"{self.debit} and {self.credit} and {self.amount.asset}")


@attrs.frozen
class Entry:
    """One business step in the ledger: all of its postings or none. ``key`` is posted at most once."""

    key: str
    template: str
    postings: tuple[Posting, ...]

    def __attrs_post_init__(self) -> None:
        if not 0 < len(self.postings) <= POSTINGS_MAX:
            raise InvalidPosting(f"an entry has 1 to {POSTINGS_MAX} postings")

    def change(self, account: Account) -> Money:
        """The change of ``account`` by this entry, in the account's normal direction."""
        debits = sum(p.amount.minor for p in self.postings if p.debit == account)
        credits_ = sum(p.amount.minor for p in self.postings if p.credit == account)
        net = debits - credits_ if account.role.is_debit_normal else credits_ - debits
        return Money(net, account.asset)

    def accounts(self) -> frozenset[Account]:
        return frozenset(a for p in self.postings for a in (p.debit, p.credit))

    def assets(self) -> frozenset[Asset]:
        return frozenset(p.amount.asset for p in self.postings)
