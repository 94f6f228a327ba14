"""
How much an investor may deposit, withdraw and trade in a day and in a month, by tier.

Days and months are in UTC. Amounts count in dollars: USDC at par; an order with what it may trade while
it is open, and with what it has traded once it has ended.
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
    """``BASIC`` applies once both providers have approved; ``PLUS`` is assigned by an administrator."""

    BASIC = "basic"
    PLUS = "plus"


class Period(Enum):
    DAY = "day"
    MONTH = "month"

    def key(self, at: datetime) -> str:
        """The period that contains ``at``: ``2026-11-24`` or ``2026-11``."""
        return at.astimezone(UTC).strftime("%Y-%m-%d" if self is Period.DAY else "%Y-%m")

    def resets_at(self, at: datetime) -> datetime:
        """When the next period begins and the use starts at zero."""
        midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self is Period.DAY:
            return midnight + timedelta(days=1)
        # 31 days after the first of a month is always in the next month.
        return (midnight.replace(day=1) + timedelta(days=31)).replace(day=1)


@attrs.frozen(kw_only=True)
class LimitConsumption:
    """The dollars that one process counts now, in the day and the month of ``at``."""

    amount: Money
    at: datetime


@attrs.frozen(kw_only=True)
class LimitDelta:
    """
    A change of an investor's use in ``period``; a negative ``amount`` is given back.

    ``allowed`` is the maximum use afterwards; ``None`` for an event that cannot be refused.
    """

    investor_id: InvestorId
    activity: Activity
    period: str
    amount: Money
    allowed: Money | None = None


@attrs.frozen(kw_only=True)
class Headroom:
    """One limit of an investor, with its use."""

    activity: Activity
    period: Period
    limit: Money
    used: Money
    resets_at: datetime

    @property
    def remaining(self) -> Money:
        """Never negative, although events that cannot be refused may exceed the limit."""
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
    """The maximum per day and per month."""

    day: Money = attrs.field(validator=_dollars)
    month: Money = attrs.field(validator=_dollars)

    def __attrs_post_init__(self) -> None:
        if self.month < self.day:
            raise ValueError("the monthly limit must not be below the daily limit")


@attrs.frozen(kw_only=True)
class TierLimits:
    """The limits of one tier."""

    deposit: Cap
    withdrawal: Cap
    trade: Cap


@attrs.frozen(kw_only=True)
class Limits:
    """The limits of every tier."""

    basic: TierLimits
    plus: TierLimits

    def allowed(self, tier: Tier, activity: Activity, period: Period) -> Money:
        caps: TierLimits = getattr(self, tier.value)
        cap: Cap = getattr(caps, activity.value)
        return cap.day if period is Period.DAY else cap.month

    def headrooms(
        self, tier: Tier, used: Mapping[tuple[Activity, str], Money], *, at: datetime
    ) -> Iterator[Headroom]:
        """All limits of an investor of ``tier`` who has ``used`` these amounts in the periods of ``at``."""
        for activity in Activity:
            for period in Period:
                yield Headroom(
                    activity=activity,
                    period=period,
                    limit=self.allowed(tier, activity, period),
                    used=used.get((activity, period.key(at)), Money.zero(USD)),
                    resets_at=period.resets_at(at),
                )
