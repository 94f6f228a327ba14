"""
What the fills of an order cost, in whole cents.

Rounding has a side: a buy costs the next whole cent, a sale brings the last whole one, so that no
number of small orders gains a cent. What is rounded is the sum of an order's fills, not each.
"""

from __future__ import annotations

from fractions import Fraction

from domain.money import USD, Money, Rounding
from domain.quantity import Price
from domain.trading.order import OrderTerms, Side

AVERAGE_DECIMALS_MIN = 4
"""guess: an average price that needs more decimals than this is told with at least this many."""

_CENT = Fraction(1, 10**USD.scale)


def of_fill(price: Price, quantity: Money) -> Fraction:
    """The exact dollars of one fill."""
    return price.value * _shares(quantity)


def of_average(average: Price, filled: Money) -> Fraction:
    """The dollars of all fills by their average: whole cents, where its last decimal may explain them."""
    dollars = average.value * _shares(filled)
    if (_decimals(average) or 0) <= AVERAGE_DECIMALS_MIN:
        return dollars
    nearest = round(dollars / _CENT) * _CENT
    return nearest if abs(dollars - nearest) <= _unexplained(average, filled) else dollars


def rounded(terms: OrderTerms, dollars: Fraction) -> Money:
    """Whole cents: up for a buy, down for a sale."""
    rounding = Rounding.UP if terms.side is Side.BUY else Rounding.DOWN
    return Money(rounding.apply(dollars / _CENT), USD)


def tolerance(average: Price, filled: Money) -> Money:
    """How far the cost by the average may be off: a cent, or what its last decimal explains."""
    cents = Rounding.DOWN.apply(_unexplained(average, filled) / _CENT)
    return Money(max(cents, 1), USD)


def _unexplained(average: Price, filled: Money) -> Fraction:
    """The dollars that the rounding of averages may hide: one of the last decimal for each share."""
    decimals = max(_decimals(average) or 0, AVERAGE_DECIMALS_MIN)
    return _shares(filled) * Fraction(1, 10**decimals)


def _shares(quantity: Money) -> Fraction:
    return Fraction(quantity.minor, 10**quantity.asset.scale)


def _decimals(price: Price) -> int | None:
    """The number of decimals of the price; ``None`` if it is no decimal fraction."""
    rest, twos, fives = price.value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
