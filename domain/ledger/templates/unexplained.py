"""
The entries for what certainly happened although no process wanted it.

They say where the value is now. No claim changes: what an investor may claim is decided by the process
and by people. The difference is the firm's, in suspense, until it has been explained.
"""

from __future__ import annotations

from domain.ids import FIRM, InvestorId
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, entry_of
from domain.money import Money

SUSPENSE = Role.SUSPENSE


def journalled(key: str, *, owner: InvestorId, amount: Money, to_investor: bool) -> Entry:
    """Dollars moved between the firm's account at the broker and the investor's."""
    firm = account_of(FIRM, Role.BROKER, amount.asset)
    investor = account_of(owner, Role.BROKER, amount.asset)
    debit, credit = (investor, firm) if to_investor else (firm, investor)
    return entry_of(key, "journalled_unexplained", [(debit, credit, amount)])


def received(key: str, *, at: Role, amount: Money) -> Entry:
    """The firm received money at ``at``."""
    place, suspense = account_of(FIRM, at, amount.asset), account_of(FIRM, SUSPENSE, amount.asset)
    return entry_of(key, "received_unexplained", [(place, suspense, amount)])


def sent(key: str, *, at: Role, amount: Money) -> Entry:
    """Money of the firm left from ``at``."""
    place, suspense = account_of(FIRM, at, amount.asset), account_of(FIRM, SUSPENSE, amount.asset)
    return entry_of(key, "sent_unexplained", [(suspense, place, amount)])


def converted(
    key: str,
    *,
    sold: Money,
    bought: Money,
    fee: Money,
    received_in: Role,
    is_reversal: bool = False,
) -> Entry:
    """
    The off-ramp converted what was not known to be for this process, or not again.

    The reversal takes it out of suspense, because it was for this process after all.
    """
    lines = [
        (account_of(FIRM, SUSPENSE, sold.asset), account_of(FIRM, Role.OFFRAMP, sold.asset), sold),
        (
            account_of(FIRM, received_in, bought.asset),
            account_of(FIRM, SUSPENSE, bought.asset),
            bought - fee,
        ),
        (account_of(FIRM, Role.FEE_PAID, fee.asset), account_of(FIRM, SUSPENSE, fee.asset), fee),
    ]
    if is_reversal:
        lines = [(credit, debit, amount) for debit, credit, amount in lines]
    return entry_of(key, "converted_unexplained", lines)
