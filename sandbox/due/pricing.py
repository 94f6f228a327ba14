"""The price of a conversion: one dollar is one USDC, and the fee is on the destination side."""

from __future__ import annotations

import attrs

from domain.money import USD, USDC, Asset, Money, Rate, Rounding
from sandbox.due.application_fee import BPS, ApplicationFee
from sandbox.due.errors import DueRefusal
from sandbox.due.rails import Leg
from sandbox.due.settings import DueSandboxSettings, Fee


@attrs.frozen(kw_only=True)
class Terms:
    """
    The amounts of a conversion: ``source`` equals the sum of all others, exactly.

    ``rounding`` is the part of the source that the destination's decimals cannot express. ``charged_in``
    and ``charged_out`` are the platform's application fee; it is on one side, so one of them is zero.
    """

    source_leg: Leg
    destination_leg: Leg
    source: Money
    destination: Money
    fee: Money
    rounding: Money
    charged_in: Money
    charged_out: Money
    application_fee: ApplicationFee | None = None


def exchange(money: Money, target: Asset, *, rounding: Rounding = Rounding.DOWN) -> Money:
    return Rate.of("1", money.asset, target).convert(money, rounding=rounding)


@attrs.frozen
class Pricing:
    _settings: DueSandboxSettings

    def by_source(
        self,
        source_leg: Leg,
        destination_leg: Leg,
        source: Money,
        application_fee: ApplicationFee | None = None,
    ) -> Terms:
        """The terms for a given ``source``. Raises ``DueRefusal`` outside the limits."""
        charge = application_fee or ApplicationFee(Money.zero(source.asset))
        charged_in = charge.of(source)
        gross = exchange(source - charged_in, destination_leg.asset)
        fee, charged_out = self._fee_of(gross), charge.of(gross)
        return self._within_limits(
            Terms(
                source_leg=source_leg,
                destination_leg=destination_leg,
                source=source,
                destination=gross - fee - charged_out,
                fee=fee,
                rounding=source - charged_in - exchange(gross, source_leg.asset),
                charged_in=charged_in,
                charged_out=charged_out,
                application_fee=application_fee,
            )
        )

    def by_destination(
        self,
        source_leg: Leg,
        destination_leg: Leg,
        wanted: Money,
        application_fee: ApplicationFee | None = None,
    ) -> Terms:
        """The terms for a ``wanted`` destination amount; the fee takes what rounding up adds."""
        charge = application_fee or ApplicationFee(Money.zero(wanted.asset))
        fee = self._fee(wanted.asset)
        kept = BPS - fee.bps - charge.bps_on(wanted.asset)
        if kept <= 0:
            raise DueRefusal("err_quote_limit_below_fee", "the fees take everything")
        fixed = fee.fixed + charge.fixed_on(wanted.asset)
        least = -(-(wanted + fixed).minor * BPS // kept)
        net = exchange(Money(least, wanted.asset), source_leg.asset, rounding=Rounding.UP)
        gross, source = exchange(net, wanted.asset), charge.within(net)
        charged_out = charge.of(gross)
        return self._within_limits(
            Terms(
                source_leg=source_leg,
                destination_leg=destination_leg,
                source=source,
                destination=wanted,
                fee=gross - wanted - charged_out,
                rounding=net - exchange(gross, source_leg.asset),
                charged_in=source - net,
                charged_out=charged_out,
                application_fee=application_fee,
            )
        )

    def again(self, terms: Terms, received: Money) -> Terms:
        """The same conversion for the amount received. Raises ``DueRefusal`` outside the limits."""
        return self.by_source(
            terms.source_leg, terms.destination_leg, received, terms.application_fee
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
