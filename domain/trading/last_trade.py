"""The last trade of a symbol: its price, and when that was."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from domain.quantity import Price

STALE_AFTER = timedelta(days=4)
"""
The age from which the last trade says little about the price of the next one.

The longest time for which the market closes regularly, a weekend with a holiday, is below it.
"""


@attrs.frozen(kw_only=True)
class LastTrade:
    """``at`` is the exchange's time of the trade."""

    price: Price
    at: datetime

    def is_stale(self, *, at: datetime) -> bool:
        return at - self.at > STALE_AFTER


@attrs.frozen(kw_only=True)
class KnownPrice:
    """
    What is known of a price, and since when.

    It ``is_stale`` when the trade is old, or when market data could not be asked and this was heard before.
    """

    price: Price
    at: datetime
    is_stale: bool
