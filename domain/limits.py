"""
How much an investor may move: so much of each activity in a day and in a month, by the investor's tier.

Days and months are those of UTC. What counts is dollars: USDC counts at par, an order what it may trade
while it is open and what it has traded once it has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId
from domain.money import USD, Money


class Activity(Enum):
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRADE = "trade"


class Tier(Enum):
    """How far the house trusts an investor: ``BASIC`` once both providers do, ``PLUS`` by its own word."""

    BASIC = "basic"
    PLUS = "plus"


class Period(Enum):
    DAY = "day"
    MONTH = "month"

    def key(self, at: datetime) -> str:
        """The period that ``at`` lies in: ``2026-11-24`` or ``2026-11``."""
        return at.astimezone(UTC).strftime("%Y-%m-%d" if self is Period.DAY else "%Y-%m")

    def resets_at(self, at: datetime) -> datetime:
        """When the next period begins, and all of the limit is there again."""
        midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self is Period.DAY:
            return midnight + timedelta(days=1)
        # From the first of a month, 31 days lead into the next one and never past it.
        return (midnight.replace(day=1) + timedelta(days=31)).replace(day=1)


@attrs.frozen(kw_only=True)
class LimitConsumption:
    """What one process counts now, in dollars, in the day and the month of ``at``."""

    amount: Money
    at: datetime


@attrs.frozen(kw_only=True)
class LimitDelta:
    """
    A change of what an investor has used in ``period``; a negative ``amount`` is given back.

    ``allowed`` is the most that may be used after it; ``None``: it has happened, and nobody may refuse it.
    """

    investor_id: InvestorId
    activity: Activity
    period: str
    amount: Money
    allowed: Money | None = None


@attrs.frozen(kw_only=True)
class Headroom:
    """Where an investor stands with one limit."""

    activity: Activity
    period: Period
    limit: Money
    used: Money
    resets_at: datetime

    @property
    def remaining(self) -> Money:
        """Never less than nothing, although more than the limit can be used: what has happened counts."""
        return max(self.limit - self.used, Money.zero(USD))

    def __str__(self) -> str:
        limit = f"the {self.activity.value} limit of {self.limit} per {self.period.value}"
        return f"{self.remaining} of {limit} remain"


class LimitExceeded(DomainError):
    """The amount exceeds what remains of one of the investor's limits."""

    code = "ERR_5501"
    slug = "limit-exceeded"
    kind = Kind.BUSINESS_RULE

    def __init__(self, headroom: Headroom | None = None) -> None:
        super().__init__(str(headroom) if headroom else None)
        self.headroom = headroom


def _dollars(_: object, attribute: attrs.Attribute[Money], value: Money) -> None:
    if value.asset != USD or value.minor < 0:
        raise ValueError(f"{attribute.name}: must be a non-negative amount of dollars")


@attrs.frozen(kw_only=True)
class Cap:
    """The most in a day and in a month."""

    day: Money = attrs.field(validator=_dollars)
    month: Money = attrs.field(validator=_dollars)

    def __attrs_post_init__(self) -> None:
        if self.month < self.day:
            raise ValueError("the monthly limit must not be below the daily limit")


@attrs.frozen(kw_only=True)
class TierLimits:
    """What one tier allows."""

    deposit: Cap
    withdrawal: Cap
    trade: Cap


@attrs.frozen(kw_only=True)
class Limits:
    """What every tier allows."""

    basic: TierLimits
    plus: TierLimits

    def allowed(self, tier: Tier, activity: Activity, period: Period) -> Money:
        caps: TierLimits = getattr(self, tier.value)
        cap: Cap = getattr(caps, activity.value)
        return cap.day if period is Period.DAY else cap.month

    def headrooms(
        self, tier: Tier, used: Mapping[tuple[Activity, str], Money], *, at: datetime
    ) -> Iterator[Headroom]:
        """Where an investor of ``tier`` stands, having ``used`` so much in the periods of ``at``."""
        for activity in Activity:
            for period in Period:
                yield Headroom(
                    activity=activity,
                    period=period,
                    limit=self.allowed(tier, activity, period),
                    used=used.get((activity, period.key(at)), Money.zero(USD)),
                    resets_at=period.resets_at(at),
                )
