"""Conversions by the off-ramp, in both directions, and the payments for them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.ids import Reference
from domain.money import Asset, Money, Rate, Rounding

TOLERANCE_BPS = 100
"""guess: how far a delivery may be from the agreed one, and a price without an agreement from par."""
FEE_MAX_BPS, FEE_MAX_UNITS = 500, 5
"""guess: the largest usual fee, where none was agreed: 5 % and 5 dollars."""


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
    """
    One conversion that the off-ramp has agreed to.

    ``delivers`` is what it agreed to deliver, if it said so.
    """

    reference: Reference
    provider_id: str
    pay: PayOnChain | PayByWire
    delivers: Money | None = None


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

    @property
    def is_usable(self) -> bool:
        """Whether the amounts can be posted."""
        return self.sold.is_positive and self.fee.minor >= 0 and self.delivered.minor >= 0

    @property
    def terms(self) -> tuple[Money, Money, Money]:
        """The amounts."""
        return self.sold, self.bought, self.fee


def is_as_agreed(settlement: Settlement, conversion: Conversion | None, *, asked: Money) -> bool:
    """
    Whether exactly ``asked`` was converted, for what was agreed.

    Without an agreement the price and the fee must be usual ones.
    """
    if settlement.sold != asked or not settlement.delivered.is_positive:
        return False
    if conversion is not None and conversion.delivers is not None:
        agreed = conversion.delivers
        return (
            _is_near(settlement.delivered, agreed) if agreed.asset == _bought(settlement) else False
        )
    at_par = Rate.of("1", asked.asset, _bought(settlement)).convert(asked, rounding=Rounding.DOWN)
    return _is_near(settlement.bought, at_par) and settlement.fee <= _fee_max(at_par)


def _bought(settlement: Settlement) -> Asset:
    return settlement.bought.asset


def _is_near(amount: Money, agreed: Money) -> bool:
    return abs(amount.minor - agreed.minor) * 10_000 <= agreed.minor * TOLERANCE_BPS


def _fee_max(at_par: Money) -> Money:
    share = Money(at_par.minor * FEE_MAX_BPS // 10_000, at_par.asset)
    return share + Money(FEE_MAX_UNITS * 10**at_par.asset.scale, at_par.asset)


@attrs.frozen(kw_only=True)
class Payment:
    """USDC sent by the custodian under one reference."""

    reference: Reference
    provider_id: str | None = None
    tx_hash: str | None = None
    completed: bool = False
