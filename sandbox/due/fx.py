"""Foreign exchange: markets, their history, and quotes for thirty seconds (due.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal, InvalidOperation
from types import MappingProxyType

import attrs

from sandbox.due.errors import DueRefusal, invalid
from sandbox.due.fields import Fields
from sandbox.due.wire import stamp
from sandbox.world import World

# guess: the currencies and their rates; units of each for one dollar.
PER_DOLLAR: Mapping[str, Decimal] = MappingProxyType(
    {
        "USD": Decimal(1),
        "USDC": Decimal(1),
        "EUR": Decimal("0.92"),
        "GBP": Decimal("0.79"),
        "MXN": Decimal("18.4"),
        "NGN": Decimal(1520),
    }
)
STABLE = frozenset({"USD", "USDC"})
# guess: the values of ``interval``, and the length of a history.
INTERVALS = MappingProxyType(
    {"1h": timedelta(hours=1), "1d": timedelta(days=1), "1w": timedelta(days=7)}
)
POINTS = 24
VALIDITY = timedelta(seconds=30)
MARKUP_BPS = 25
BPS = 10_000
CENT, RATE_STEP = Decimal("0.01"), Decimal("0.000001")
AMOUNT_MAX = Decimal(10) ** 12


@attrs.frozen
class Market:
    base: str
    quote: str

    def rate(self, moment: datetime) -> Decimal:
        """Units of the quote currency for one of the base; it changes a little every hour."""
        middle = PER_DOLLAR[self.quote] / PER_DOLLAR[self.base]
        if {self.base, self.quote} <= STABLE:
            return middle.quantize(RATE_STEP)
        hours = int(moment.timestamp()) // 3600
        drift = Decimal(hours * 7919 % 41 - 20) / BPS
        return (middle * (1 + drift)).quantize(RATE_STEP)

    @property
    def markup_bps(self) -> int:
        return 0 if {self.base, self.quote} <= STABLE else MARKUP_BPS

    def view(self, moment: datetime) -> dict[str, object]:
        """guess: the names of the fields."""
        return {
            "base": self.base,
            "quote": self.quote,
            "rate": float(self.rate(moment)),
            "timestamp": stamp(moment),
        }


@attrs.frozen
class Exchange:
    """Prices only: a currency without a channel can be looked up but not transferred."""

    _world: World

    def markets(self) -> list[dict[str, object]]:
        now = self._world.clock.now()
        return [
            Market(base, quote).view(now)
            for base in PER_DOLLAR
            for quote in PER_DOLLAR
            if base != quote
        ]

    def market(self, base: str, quote: str) -> Market:
        if base == quote or not {base, quote} <= PER_DOLLAR.keys():
            raise DueRefusal("err_fx_market_not_found", f"no market {base}/{quote}")
        return Market(base, quote)

    def now(self, market: Market) -> dict[str, object]:
        return market.view(self._world.clock.now())

    def history(self, market: Market, interval: str) -> dict[str, object]:
        """The points of one day at ``interval``, oldest first."""
        step = INTERVALS.get(interval)
        if step is None:
            raise invalid(interval=f"must be one of {', '.join(INTERVALS)}")
        now = self._world.clock.now()
        moments = [now - step * back for back in reversed(range(POINTS))]
        return {"interval": interval, "items": [market.view(moment) for moment in moments]}

    def quote(self, fields: Fields) -> dict[str, object]:
        """The converted amount; the given amount is kept exactly."""
        market = self.market(fields.text("currencyIn"), fields.text("currencyOut"))
        now = self._world.clock.now()
        rate = market.rate(now) * (BPS - market.markup_bps) / BPS
        paid, wanted = _amount(fields, "amountIn"), _amount(fields, "amountOut")
        if not (paid or wanted):
            raise DueRefusal("err_quote_no_amount", "amountIn or amountOut is required")
        if not paid:
            paid = (wanted / rate).quantize(CENT, ROUND_UP)
        else:
            wanted = (paid * rate).quantize(CENT, ROUND_DOWN)
        return {
            "currencyIn": market.base,
            "currencyOut": market.quote,
            "amountIn": f"{paid:f}",
            "amountOut": f"{wanted:f}",
            "rate": float(rate.quantize(RATE_STEP)),
            "markupBps": market.markup_bps,
            "createdAt": stamp(now),
            "expiresAt": stamp(now + VALIDITY),
        }


def _amount(fields: Fields, name: str) -> Decimal:
    """Zero when absent. Raises ``DueRefusal``."""
    try:
        amount = Decimal(fields.optional(name) or "0")
    except InvalidOperation:
        raise invalid(**{name: "is not an amount"}) from None
    if not amount.is_finite() or not 0 <= amount <= AMOUNT_MAX:
        raise invalid(**{name: "is out of range"})
    return amount
