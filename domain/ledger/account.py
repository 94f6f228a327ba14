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
                                         dust       below the smallest convertible unit
                                         fee_charged  fees borne by investors
                                         capital    the firm's own money
                                         suspense   not known whose
    owed      what has happened and is not paid yet: an investor's debt, in dollars or shares
"""

from __future__ import annotations

from enum import Enum

import attrs

from domain.ids import FIRM, InvestorId, ProcessId
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

    @property
    def is_debit_normal(self) -> bool:
        return self in _DEBIT_NORMAL

    @property
    def is_guarded(self) -> bool:
        """Whether the database refuses a negative balance."""
        return self in _GUARDED


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
    One account. ``process_id`` is set for a hold: each hold is a separate account.

    Accounts of the firm are shared by all investors, so they are *pooled*: the database appends their
    changes and rolls them up later, instead of locking one row.
    """

    role: Role
    owner: InvestorId
    asset: Asset
    process_id: ProcessId | None = None

    def __str__(self) -> str:
        name = f"{self.role.value}:{self.owner}:{self.asset}"
        return f"{name}:{self.process_id}" if self.process_id else name

    @classmethod
    def parse(cls, name: str) -> Account:
        role, owner, asset, *process = name.split(":")
        return cls(
            Role(role),
            InvestorId(owner),
            Asset.parse(asset),
            ProcessId(process[0]) if process else None,
        )

    @property
    def is_pooled(self) -> bool:
        return self.owner == FIRM
