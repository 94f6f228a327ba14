"""Numbers on Alpaca's wire: prices that are averages, and decimals without trailing zeros."""

from __future__ import annotations

from fractions import Fraction

import orjson

from domain.money import USD, Asset, Money, Rate, Rounding

# An average of fills needs more decimals than a cent; scale 10 cannot be mistaken for a share.
PRICE = Asset("USD", 10)
PRICE_PER_CENT = 10 ** (PRICE.scale - USD.scale)


def trimmed(money: Money) -> str:
    """``190.1200`` as ``190.12`` and ``0.000`` as ``0``."""
    text = money.decimal
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(money: Money) -> orjson.Fragment:
    """The amount as a JSON number with exactly its decimals; no float is involved."""
    return orjson.Fragment(trimmed(money).encode())


def value(quantity: Money, price: Money, *, rounding: Rounding = Rounding.HALF_EVEN) -> Money:
    """The worth of ``quantity`` in cents at ``price`` a share."""
    per_share = Fraction(price.minor, 10**price.asset.scale)
    return Rate(quantity.asset, USD, per_share).convert(quantity, rounding=rounding)


def shares_for(amount: Money, price: Money, asset: Asset, *, rounding: Rounding) -> Money:
    """How many of ``asset`` the ``amount`` buys at ``price``."""
    per_dollar = Fraction(10**price.asset.scale, price.minor)
    return Rate(amount.asset, asset, per_dollar).convert(amount, rounding=rounding)


def ratio(part: Money, whole: Money) -> str:
    """``part / whole`` with four decimals, as Alpaca prints returns; zero when there is no whole."""
    if not whole:
        return "0"
    return trimmed(Money(part.minor * 10**4 // whole.minor, Asset("ratio", 4)))
