"""Quotas: which calls are counted together, and whether they pass when the counter is unavailable."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Self

import attrs

from entrypoints.settings import Allowance, LimitSettings
from ports.rate_limit import Rule


class Quota(Enum):
    """
    The quota that a call is counted against, by caller, or by address without a caller.

    ``UNCOUNTED`` routes are bounded otherwise: webhooks by their signature, health by its cache.
    """

    AUTH = "auth"
    TRADING = "trading"
    MONEY = "money"
    READS = "reads"
    UNCOUNTED = "uncounted"

    @property
    def passes_uncounted(self) -> bool:
        """Without a counter reads are answered; logging in and moving money are refused."""
        return self is Quota.READS


@attrs.define
class RateLimits:
    """The rule of each quota, and the number of uncounted calls since the process started."""

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
