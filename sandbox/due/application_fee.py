"""A platform's fee for its own customer, on one side of a conversion (due.md §7)."""

from __future__ import annotations

import attrs

from domain.money import Asset, Money
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields

BPS = 10_000


@attrs.frozen
class ApplicationFee:
    """A fixed part and basis points, rounded up; its asset names the side that is charged."""

    fixed: Money
    bps: int = 0

    def of(self, gross: Money) -> Money:
        """The fee on ``gross``; nothing on the side that is not charged."""
        if gross.asset != self.fixed.asset:
            return Money.zero(gross.asset)
        return Money(-(-gross.minor * self.bps // BPS), gross.asset) + self.fixed

    def within(self, net: Money) -> Money:
        """The amount that leaves ``net`` after the fee."""
        if net.asset != self.fixed.asset:
            return net
        return Money(-(-(net + self.fixed).minor * BPS // (BPS - self.bps)), net.asset)

    def bps_on(self, asset: Asset) -> int:
        return self.bps if asset == self.fixed.asset else 0

    def fixed_on(self, asset: Asset) -> Money:
        return self.fixed if asset == self.fixed.asset else Money.zero(asset)


def read_application_fee(fields: Fields, asset: Asset) -> ApplicationFee | None:
    """The fee on one side, or None. Raises ``DueRefusal``."""
    bps = fields.values.get("applicationFeeBps") or 0
    fixed = fields.amount("applicationFeeAmount", asset)
    if not isinstance(bps, int) or not 0 <= bps < BPS:
        raise DueRefusal("err_quote_application_fee_invalid", f"not basis points: {bps}")
    return ApplicationFee(fixed, bps) if fixed or bps else None


def one_application_fee(*fees: ApplicationFee | None) -> ApplicationFee | None:
    """The only one of ``fees``. Raises ``DueRefusal`` when both sides are charged."""
    asked = [fee for fee in fees if fee is not None]
    if len(asked) > 1:
        raise DueRefusal("err_quote_application_fee_both_sides", "charge one side only")
    return asked[0] if asked else None
