"""
Writes the values of answers as JSON.

Money is ``{"value": "12.50", "asset": "USD"}``, a number of shares or a price is a decimal string, a time
is RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import cattrs

from domain import money_text
from domain.money import Money
from domain.quantity import Price
from domain.timestamps import rfc3339

Shares = Annotated[Money, "shares"]
"""A number of shares, written as a plain decimal, because the symbol is in another field."""

_converter = cattrs.Converter()


def unstructure(view: Any) -> Any:
    """``view`` as JSON values."""
    return _converter.unstructure(view)


def _money(amount: Money) -> Any:
    return amount.decimal if amount.asset.is_share else money_text.public(amount)


_converter.register_unstructure_hook(Money, _money)
_converter.register_unstructure_hook(Price, str)
_converter.register_unstructure_hook(datetime, rfc3339)
