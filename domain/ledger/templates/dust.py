"""The entries of what is too little to be converted or moved."""

from __future__ import annotations

from collections.abc import Mapping

from domain.ids import FIRM, InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, dust_of, entry_of
from domain.money import Money


def dust_received(key: str, *, owner: InvestorId, wallet_id: str, amount: Money) -> Entry:
    """So little USDC arrived, unannounced, that it is no deposit of its own."""
    custody = account_of(owner, Role.CUSTODY, amount.asset)
    return entry_of(
        key, "dust_received", [(custody, dust_of(owner, amount.asset, wallet_id), amount)]
    )


def kept_as_dust(key: str, *, owner: InvestorId, wallet_id: str, amount: Money) -> Entry:
    """What arrived is not converted by itself: it stays the investor's as dust."""
    return entry_of(
        key,
        "kept_as_dust",
        [
            (
                account_of(owner, Role.INCOMING, amount.asset),
                dust_of(owner, amount.asset, wallet_id),
                amount,
            )
        ],
    )


def residual_swept(key: str, residuals: Mapping[Account, Money]) -> Entry:
    """
    A closed account leaves what cannot be moved: the claims become the firm's.

    Where the value is does not change: dust stays in the investor's wallets, cents and
    crumbs of shares at the broker.
    """
    return entry_of(
        key,
        "residual_swept",
        [
            (account, account_of(FIRM, Role.RESIDUAL, account.asset), amount)
            for account, amount in residuals.items()
        ],
    )
