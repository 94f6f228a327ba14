"""Amounts and prices in requests: decimal numbers as strings."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS_MAX = 30
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class NotADecimal(ValueError):
    """The text is not a decimal number."""


class NotAnAmount(ValueError):
    """The number is not an amount of the token: too many decimals, too large or negative."""


def decimal_of(text: str) -> Decimal:
    """Raises ``NotADecimal``, and ``NotAnAmount`` when there are too many digits."""
    if not _DECIMAL.fullmatch(text):
        raise NotADecimal(text)
    if len(text) > DIGITS_MAX:
        raise NotAnAmount(text)
    return Decimal(text)


def units_of(text: str, decimals: int) -> int:
    """The amount in a token's smallest unit. Raises ``NotADecimal`` or ``NotAnAmount``."""
    units = decimal_of(text).scaleb(decimals)
    if units < 0 or units != units.to_integral_value():
        raise NotAnAmount(text)
    return int(units)
