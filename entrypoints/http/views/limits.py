"""Views of limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import attrs

from domain.limits import Activity, Headroom, Period, Tier
from domain.money import Money


@attrs.frozen(kw_only=True)
class LimitView:
    """
    One limit: of ``limit`` dollars in the current ``period``, ``used`` are used and ``remaining`` are left.

    It resets at ``resets_at``, when the next day or month begins (UTC).
    """

    activity: Activity
    period: Period
    limit: Money
    used: Money
    remaining: Money
    resets_at: datetime

    @classmethod
    def of(cls, headroom: Headroom) -> Self:
        return cls(
            activity=headroom.activity,
            period=headroom.period,
            limit=headroom.limit,
            used=headroom.used,
            remaining=headroom.remaining,
            resets_at=headroom.resets_at,
        )


@attrs.frozen(kw_only=True)
class LimitsView:
    """The investor's tier, and the daily and monthly limit of each activity."""

    tier: Tier
    limits: Sequence[LimitView]
