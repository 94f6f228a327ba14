"""The stop of an order: the price that activates it, fixed or trailing the market."""

from __future__ import annotations

from fractions import Fraction

import attrs

from domain.money import Asset, Money, Rounding

PERCENT = Asset("percent", 4)
WHOLE = 100 * 10**PERCENT.scale


@attrs.frozen(kw_only=True)
class Trail:
    """How far the stop stays behind the best price: dollars or a percentage, one of the two."""

    price: Money | None
    percent: Money | None

    def stop(self, mark: Money, *, is_buy: bool) -> Money:
        distance = self._distance(mark)
        return mark + distance if is_buy else mark - distance

    def _distance(self, mark: Money) -> Money:
        if self.price is not None:
            return self.price
        if self.percent is None:
            raise AssertionError("a trail has a price or a percentage")
        exact = Fraction(mark.minor * self.percent.minor, WHOLE)
        return Money(Rounding.HALF_EVEN.apply(exact), mark.asset)


@attrs.define(kw_only=True)
class Stop:
    """
    Inactive until the market reaches ``price``; once hit, it stays hit.

    ``mark`` is the best price since the order was placed (Alpaca's ``hwm``), which a trail follows.
    """

    price: Money
    is_buy: bool
    mark: Money
    trail: Trail | None = None
    is_hit: bool = False

    def see(self, price: Money) -> None:
        """Apply a new market price."""
        if self.is_hit:
            return
        if self.trail is not None:
            self.mark = min(self.mark, price) if self.is_buy else max(self.mark, price)
            self.price = self.trail.stop(self.mark, is_buy=self.is_buy)
        self.is_hit = price >= self.price if self.is_buy else price <= self.price
