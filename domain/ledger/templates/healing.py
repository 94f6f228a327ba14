"""The entries that heal a break: what is at a place becomes what the provider says is there."""

from __future__ import annotations

from enum import Enum

from domain.ids import FIRM, InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, entry_of, free_of
from domain.money import USDC, Money


class Healing(Enum):
    """
    Whose the difference is.

    ``CAPITAL``: the firm put its own money in, or took it out. ``COST``: the firm bears it, such as a fee,
    or gains it. ``INVESTOR``: it is the investor's, such as a dividend or a fee that they bear.
    ``SUSPENSE``: not known yet; the other half of a pair, or money to be given back, takes it out again.
    """

    CAPITAL = "capital"
    COST = "cost"
    INVESTOR = "investor"
    SUSPENSE = "suspense"


def healed(key: str, *, owner: InvestorId, place: Role, amount: Money, healing: Healing) -> Entry:
    """
    ``amount`` is what the provider holds more than the ledger said; negative: less.

    ``owner`` is the owner of the holding. Taking from an investor takes what is free, never a hold.
    """
    holding = account_of(FIRM if place is Role.OFFRAMP else owner, place, amount.asset)
    claim = _claim(owner, amount, healing)
    debit, credit = (holding, claim) if amount.is_positive else (claim, holding)
    size = amount if amount.is_positive else -amount
    return entry_of(key, f"healed_{healing.value}", [(debit, credit, size)])


def _claim(owner: InvestorId, amount: Money, healing: Healing) -> Account:
    match healing:
        case Healing.CAPITAL:
            return account_of(FIRM, Role.CAPITAL, amount.asset)
        case Healing.COST:
            return account_of(FIRM, Role.FEE_PAID, amount.asset)
        case Healing.SUSPENSE:
            return account_of(FIRM, Role.SUSPENSE, amount.asset)
        case Healing.INVESTOR:
            is_usdc = amount.asset == USDC
            return account_of(owner, Role.DUST, USDC) if is_usdc else free_of(owner, amount.asset)
