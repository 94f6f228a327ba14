"""What a conversion costs: one dollar is one USDC, and the fee comes off the destination side."""

from __future__ import annotations

import attrs

from domain.money import USD, USDC, Asset, Money, Rate, Rounding
from entrypoints.sandbox.due.errors import DueRefusal
from entrypoints.sandbox.due.rails import Leg
from entrypoints.sandbox.due.settings import DueSandboxSettings, Fee

BPS = 10_000


@attrs.frozen(kw_only=True)
class Terms:
    """
    The amounts of a conversion: ``source`` is worth ``destination + fee + rounding``, exactly.

    ``rounding`` is the part of the source that the destination's decimals cannot express.
    """

    source_leg: Leg
    destination_leg: Leg
    source: Money
    destination: Money
    fee: Money
    rounding: Money


def exchange(money: Money, target: Asset, *, rounding: Rounding = Rounding.DOWN) -> Money:
    return Rate.of("1", money.asset, target).convert(money, rounding=rounding)


@attrs.frozen
class Pricing:
    _settings: DueSandboxSettings

    def by_source(self, source_leg: Leg, destination_leg: Leg, source: Money) -> Terms:
        """What arrives when ``source`` is paid. Raises ``DueRefusal`` outside the limits."""
        gross = exchange(source, destination_leg.asset)
        fee = self._fee_of(gross)
        return self._within_limits(
            Terms(
                source_leg=source_leg,
                destination_leg=destination_leg,
                source=source,
                destination=gross - fee,
                fee=fee,
                rounding=source - exchange(gross, source_leg.asset),
            )
        )

    def by_destination(self, source_leg: Leg, destination_leg: Leg, wanted: Money) -> Terms:
        """What must be paid for ``wanted`` to arrive; the fee takes what rounding up adds."""
        fee = self._fee(wanted.asset)
        least = -(-(wanted + fee.fixed).minor * BPS // (BPS - fee.bps))
        source = exchange(Money(least, wanted.asset), source_leg.asset, rounding=Rounding.UP)
        gross = exchange(source, wanted.asset)
        return self._within_limits(
            Terms(
                source_leg=source_leg,
                destination_leg=destination_leg,
                source=source,
                destination=wanted,
                fee=gross - wanted,
                rounding=source - exchange(gross, source_leg.asset),
            )
        )

    def _fee(self, asset: Asset) -> Fee:
        return self._settings.fee_to_usd if asset == USD else self._settings.fee_to_usdc

    def _fee_of(self, gross: Money) -> Money:
        fee = self._fee(gross.asset)
        return Money(-(-gross.minor * fee.bps // BPS), gross.asset) + fee.fixed

    def _within_limits(self, terms: Terms) -> Terms:
        low, high = self.limits(terms.source.asset)
        if terms.source < low:
            raise DueRefusal("err_quote_limit_below_minimum", f"the minimum is {low}")
        if terms.source > high:
            raise DueRefusal("err_quote_limit_exceeded", f"the maximum is {high}")
        if not terms.destination.is_positive:
            raise DueRefusal("err_quote_limit_below_fee", f"the fee is {terms.fee}")
        return terms

    def limits(self, asset: Asset) -> tuple[Money, Money]:
        settings = self._settings
        if asset == USDC:
            return settings.usdc_min, settings.usdc_max
        return settings.usd_min, settings.usd_max
