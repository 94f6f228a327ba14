"""
The chart of accounts, and the only place where signs are decided.

Every account has a **role**. Roles on the left of the balance sheet (where value is held, and expenses)
are debit-normal; roles on the right (who owns it, and income) are credit-normal. A balance is always
counted in the account's normal direction, so displayed balances are positive: ``custody`` grows by
debits, ``cash`` grows by credits. No other code deals with signs.

    value is at                          value belongs to
    -----------------------------------  ------------------------------------------
    custody   USDC in Circle wallets     incoming   arrived, not yet buying power
    offramp   in conversion at Due       cash       buying power that is free
    broker    dollars, shares at Alpaca  hold       reserved by one order or withdrawal
    fee_paid  kept by providers          outgoing   on its way out
                                         security   shares owned
                                         dust       too little to convert, in one wallet
                                         fee_charged  fees borne by investors
                                         capital    the firm's own money
                                         suspense   not known whose
                                         residual   left in closed accounts, the firm's
    owed      what has happened and is not paid yet: an investor's debt, in dollars or shares
"""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import FIRM, InvestorId
from domain.money import Asset


class Role(Enum):
    """The purpose of an account, which decides its normal side."""

    CUSTODY = "custody"
    OFFRAMP = "offramp"
    BROKER = "broker"
    FEE_PAID = "fee_paid"
    OWED = "owed"
    INCOMING = "incoming"
    CASH = "cash"
    HOLD = "hold"
    OUTGOING = "outgoing"
    SECURITY = "security"
    DUST = "dust"
    FEE_CHARGED = "fee_charged"
    CAPITAL = "capital"
    SUSPENSE = "suspense"
    RESIDUAL = "residual"

    @property
    def is_debit_normal(self) -> bool:
        return self in _DEBIT_NORMAL

    @property
    def is_guarded(self) -> bool:
        """Whether the database refuses a negative balance."""
        return self in _GUARDED

    @property
    def is_place(self) -> bool:
        """Whether it tells where value is, and not whose it is."""
        return self in _DEBIT_NORMAL and self is not Role.OWED


_DEBIT_NORMAL = {Role.CUSTODY, Role.OFFRAMP, Role.BROKER, Role.FEE_PAID, Role.OWED}
_GUARDED = {
    Role.OWED,
    Role.INCOMING,
    Role.CASH,
    Role.HOLD,
    Role.OUTGOING,
    Role.SECURITY,
    Role.DUST,
}


@attrs.frozen
class Account:
    """
    One account.

    ``part`` is set for what is kept apart: a hold by its process, dust by the custodian's id of its wallet.
    Accounts of the firm are shared by all investors, so they are *pooled*: the database appends their
    changes and rolls them up later, instead of locking one row.
    """

    role: Role
    owner: InvestorId
    asset: Asset
    part: str | None = None

    def __str__(self) -> str:
        name = f"{self.role.value}:{self.owner}:{self.asset}"
        return f"{name}:{self.part}" if self.part else name

    @classmethod
    def parse(cls, name: str) -> Account:
        role, owner, asset, *part = name.split(":")
        return cls(
            Role(role),
            InvestorId(owner),
            Asset.parse(asset),
            part[0] if part else None,
        )

    @property
    def is_pooled(self) -> bool:
        return self.owner == FIRM
