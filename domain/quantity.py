"""Share prices, and the cost of a number of shares."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Self

import attrs

from domain.money import USD, AssetMismatch, Money, NotAnAmount, Rounding


@attrs.frozen
class Price:
    """The exact price of one whole share in dollars: brokers report averages with many decimals."""

    value: Fraction

    @classmethod
    def of(cls, text: str) -> Self:
        try:
            value = Fraction(Decimal(text))
        except (InvalidOperation, ValueError, OverflowError):
            raise NotAnAmount(f"not a price: {text[:40]!r}") from None
        if value < 0:
            raise NotAnAmount("a price cannot be negative")
        return cls(value)

    def __str__(self) -> str:
        return f"{Decimal(self.value.numerator) / Decimal(self.value.denominator):f}"

    @property
    def is_on_tick(self) -> bool:
        """Whether it is a price that can be quoted: in cents, below a dollar in hundredths of a cent."""
        ticks = 100 if self.value >= 1 else 10_000
        return (ticks * self.value).denominator == 1

    def cost(self, quantity: Money, *, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
        """The cost of ``quantity`` shares, in cents."""
        if not quantity.asset.is_share:
            raise AssetMismatch(f"{quantity.asset} is not a share")
        exact = Fraction(quantity.minor, 10**quantity.asset.scale) * self.value * 10**USD.scale
        return Money(rounding.apply(exact), USD)
