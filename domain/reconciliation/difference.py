"""What reconciliation compares: lines of two books about one asset at one place, and their differences."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.ids import ProcessId
from domain.ledger.account import Role
from domain.money import Asset, Money


class Place(Enum):
    """
    Where value is compared.

    ``CHAIN`` compares the chain with the custodian, ``LEDGER`` our ledger with its own postings, the others
    a provider with our ledger.
    """

    CHAIN = "chain"
    CUSTODIAN = "custodian"
    OFFRAMP = "offramp"
    BROKER = "broker"
    LEDGER = "ledger"

    @property
    def role(self) -> Role | None:
        """The ledger's role for value at this place."""
        return _ROLES.get(self)


_ROLES = {
    Place.CUSTODIAN: Role.CUSTODY,
    Place.OFFRAMP: Role.OFFRAMP,
    Place.BROKER: Role.BROKER,
}


class BreakClass(Enum):
    """
    Why two books differ.

    ``TIMING``: an open process has not booked yet what the provider did, or the reverse. ``MISSING``: the
    provider has it, we do not. ``DUPLICATE``: the provider did it more often. ``AMOUNT``: another amount.
    ``FEE``: the provider kept a fee that we did not book. ``ORPHAN``: we have it, the provider does not.
    ``OWN_ACT``: the provider, or a person with access to it, acted without us.
    """

    TIMING = "timing"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    AMOUNT = "amount"
    FEE = "fee"
    ORPHAN = "orphan"
    OWN_ACT = "own_act"


class LineKind(Enum):
    """What moved the value: an act of the provider, or an ``ENTRY`` of our ledger."""

    JOURNAL = "journal"
    FILL = "fill"
    BANK_TRANSFER = "bank_transfer"
    PAYMENT = "payment"
    CONVERSION = "conversion"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    FEE = "fee"
    CORPORATE_ACTION = "corporate_action"
    OTHER = "other"
    ENTRY = "entry"


@attrs.frozen(kw_only=True)
class Line:
    """
    One change of what is held: ``amount`` is negative when value left.

    ``id`` is the provider's id or the key of our entry, ``about`` the process that it belongs to, if it
    names one. ``mark`` is the memo or description. An ``approximate`` amount may be off by one minor unit.
    ``fee`` is what the provider kept besides.
    """

    id: str
    amount: Money
    at: datetime
    kind: LineKind = LineKind.ENTRY
    about: ProcessId | None = None
    mark: str = ""
    approximate: bool = False
    fee: Money | None = None


@attrs.frozen(kw_only=True)
class Difference:
    """
    What the provider holds more than our ledger says (negative: less), as far as one thing explains it.

    ``key`` tells differences of one asset at one place apart: ``item:<provider's id>``,
    ``process:<id>`` or ``balance`` for what nothing explains. ``evidence`` are ids at the provider and keys
    of our entries, ``what`` the kind of the provider's act.
    """

    key: str
    cls: BreakClass
    amount: Money
    about: ProcessId | None = None
    evidence: tuple[str, ...] = ()
    what: str | None = None

    @property
    def asset(self) -> Asset:
        return self.amount.asset


BALANCE = "balance"
"""The key of a difference between two balances that no line explains."""
