"""Quotas: which calls are counted together, and what becomes of them when nobody can count."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Self

import attrs

from entrypoints.settings import Allowance, LimitSettings
from ports.rate_limit import Rule


class Quota(Enum):
    """
    What a call is counted against: by caller, or by address where nobody has logged in.

    ``UNCOUNTED`` is for what is bounded otherwise: a webhook by its signature, health by its cache.
    """

    AUTH = "auth"
    TRADING = "trading"
    MONEY = "money"
    READS = "reads"
    UNCOUNTED = "uncounted"

    @property
    def passes_uncounted(self) -> bool:
        """Without a counter what only looks goes on; guessing passwords and moving money do not."""
        return self is Quota.READS


@attrs.define
class RateLimits:
    """The rule of each quota, and how many calls could not be counted since the process started."""

    rules: Mapping[Quota, Rule]
    uncounted: int = 0

    @classmethod
    def of(cls, settings: LimitSettings) -> Self:
        quotas = {
            Quota.AUTH: settings.auth,
            Quota.TRADING: settings.trading,
            Quota.MONEY: settings.money,
            Quota.READS: settings.reads,
        }
        return cls({quota: _rule(quota, allowance) for quota, allowance in quotas.items()})


def _rule(quota: Quota, allowance: Allowance) -> Rule:
    return Rule(name=quota.value, limit=allowance.calls, window_s=allowance.window_s)
