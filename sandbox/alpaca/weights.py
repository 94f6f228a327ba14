"""A portfolio's weights: percentages of cash and of assets that add up to 100."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from domain.money import Asset, Money
from sandbox.alpaca.amounts import trimmed
from sandbox.alpaca.errors import Invalid, Unprocessable
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market

PERCENT = Asset("percent", 2)
WHOLE = Money(100_00, PERCENT)
WEIGHTS_MAX = 100


@attrs.frozen
class Weights:
    """``assets`` by symbol; the rest is cash."""

    assets: Mapping[str, Money]
    cash: Money

    def target(self, symbol: str, total: Money) -> Money:
        """The part of ``total`` that belongs to ``symbol``, rounded down."""
        percent = self.assets.get(symbol, Money.zero(PERCENT))
        return Money(total.minor * percent.minor // WHOLE.minor, total.asset)

    def view(self) -> list[dict[str, object]]:
        assets: list[dict[str, object]] = [
            {"type": "asset", "symbol": symbol, "percent": trimmed(percent)}
            for symbol, percent in self.assets.items()
        ]
        if not self.cash:
            return assets
        return [{"type": "cash", "symbol": None, "percent": trimmed(self.cash)}, *assets]


def read_weights(fields: Fields, market: Market) -> Weights:
    """Fractionable and tradable assets only, each once. Raises ``AlpacaRefusal``."""
    cash, assets = Money.zero(PERCENT), dict[str, Money]()
    for entry in fields.sections("weights", count_max=WEIGHTS_MAX):
        percent = entry.amount("percent", PERCENT)
        if percent is None:
            raise Invalid(f"{entry.path}percent is required")
        if entry.choice("type", ("cash", "asset")) == "cash":
            cash += percent
            continue
        listing = market.tradable(entry.text("symbol"))
        if listing.symbol in assets or not listing.fractionable:
            raise Unprocessable(f"{listing.symbol} cannot be a weight")
        assets[listing.symbol] = percent
    if sum(assets.values(), start=cash) != WHOLE:
        raise Unprocessable("weights must sum to 100 percent")
    return Weights(assets, cash)


def part_of(shares: Money, *, excess: Money, worth: Money) -> Money:
    """The part of ``shares`` that ``excess`` is of their ``worth``."""
    if not worth:
        return Money.zero(shares.asset)
    return Money(shares.minor * excess.minor // worth.minor, shares.asset)
