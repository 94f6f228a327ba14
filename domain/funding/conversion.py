"""Conversions by the off-ramp, in both directions, and the payments for them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Money


class Direction(Enum):
    TO_DOLLARS = "to_dollars"
    TO_USDC = "to_usdc"


@attrs.frozen(kw_only=True)
class PayOnChain:
    """Pay the off-ramp by sending exactly the agreed USDC to this address."""

    address: str
    expires_at: datetime | None = None


@attrs.frozen(kw_only=True)
class PayByWire:
    """Pay the off-ramp by a bank transfer to this account, with the memo."""

    bank_name: str
    routing_number: str
    account_number: str
    beneficiary: str
    memo: str


@attrs.frozen(kw_only=True)
class Conversion:
    """One conversion that the off-ramp has agreed to."""

    reference: Reference
    provider_id: str
    pay: PayOnChain | PayByWire


@attrs.frozen(kw_only=True)
class Settlement:
    """
    The result of a conversion: the off-ramp took ``sold``, valued it at ``bought`` and kept ``fee`` of it.

    ``bought`` and ``fee`` are in the bought asset; the amount delivered is ``bought - fee``.
    ``provider_id`` is the off-ramp's id of the transfer that carried it out.
    """

    sold: Money
    bought: Money
    fee: Money
    tx_hash: str | None = None
    provider_id: str | None = None

    @property
    def delivered(self) -> Money:
        return self.bought - self.fee


@attrs.frozen(kw_only=True)
class Payment:
    """USDC sent by the custodian under one reference."""

    reference: Reference
    provider_id: str | None = None
    tx_hash: str | None = None
    completed: bool = False
