"""The lines of an entry, and the accounts that they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, InvalidPosting, Posting
from domain.money import Asset, Money


def entry_of(
    key: str,
    template: str,
    lines: Iterable[tuple[Account, Account, Money]],
    *,
    required: Sequence[Money] = (),
) -> Entry:
    """
    Each line is debit, credit and amount; lines of nothing are left out.

    Raises ``InvalidPosting`` when a line is negative, when all of them are nothing, or when one of the
    ``required`` amounts is not positive: what is not positive is no money, and moves none.
    """
    lines = tuple(lines)
    amounts = [amount for _, _, amount in lines]
    is_negative = any(amount.minor < 0 for amount in amounts)
    if is_negative or not any(amounts) or not all(amount.is_positive for amount in required):
        shown = ", ".join(str(amount) for amount in amounts)
        raise InvalidPosting(f"{template}: nothing positive to post: {shown}")
    postings = tuple(Posting(debit, credit, amount) for debit, credit, amount in lines if amount)
    return Entry(key, template, postings)


def account_of(owner: InvestorId, role: Role, asset: Asset) -> Account:
    return Account(role, owner, asset)


def hold_of(owner: InvestorId, asset: Asset, process_id: ProcessId) -> Account:
    return Account(Role.HOLD, owner, asset, process_id)


def dust_of(owner: InvestorId, asset: Asset, wallet_id: str) -> Account:
    """What is too little to convert, in the wallet that the custodian calls ``wallet_id``."""
    return Account(Role.DUST, owner, asset, wallet_id)


def free_of(owner: InvestorId, asset: Asset) -> Account:
    """The account of what the investor may use now: cash for dollars, else securities."""
    return account_of(owner, Role.SECURITY if asset.is_share else Role.CASH, asset)
