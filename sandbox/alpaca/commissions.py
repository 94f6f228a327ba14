"""The correspondent's commission on an order (alpaca.md §7: notional, qty or bps)."""

from __future__ import annotations

from fractions import Fraction

import attrs

from domain.money import USD, Asset, Money, Rounding

RATE = Asset("rate", 6)
SHARE_UNITS = 10**9
TYPES = ("notional", "qty", "bps")


@attrs.frozen(kw_only=True)
class Commission:
    """``rate`` is dollars an order, dollars a share, or hundredths of a percent, as ``kind`` says."""

    kind: str
    rate: Money

    def due(self, *, filled: Money, cash: Money) -> Money:
        """The total commission after ``filled`` shares for ``cash``; zero before a fill."""
        if not filled:
            return Money.zero(USD)
        rate = Fraction(self.rate.minor, 10**RATE.scale)
        match self.kind:
            case "qty":
                exact = rate * Fraction(filled.minor, SHARE_UNITS) * 100
            case "bps":
                exact = rate * cash.minor / 10_000
            case _:
                exact = rate * 100
        return Money(Rounding.HALF_EVEN.apply(exact), USD)


@attrs.define
class Income:
    """The broker's own income from its accounts: commissions and interest."""

    total: Money = Money.zero(USD)

    def take(self, amount: Money) -> None:
        self.total += amount
