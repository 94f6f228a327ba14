"""What an account was worth at any moment before now."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from datetime import datetime

import attrs

from domain.money import USD, Money

NOTHING = Money.zero(USD)


@attrs.frozen(kw_only=True)
class Standing:
    """An account right after a line of its statement; ``paid_in`` is what came from outside so far."""

    at: datetime
    cash: Money
    paid_in: Money
    shares: Mapping[str, Money]


@attrs.define
class Timeline:
    """The standings of one account, oldest first."""

    _standings: list[Standing] = attrs.field(factory=list)

    @property
    def paid_in(self) -> Money:
        return self._standings[-1].paid_in if self._standings else NOTHING

    def add(self, standing: Standing) -> None:
        self._standings.append(standing)

    def at(self, moment: datetime) -> Standing:
        """The standing at ``moment``; an empty one before the first."""
        end = bisect.bisect_right(self._standings, moment, key=lambda each: each.at)
        if not end:
            return Standing(at=moment, cash=NOTHING, paid_in=NOTHING, shares={})
        return self._standings[end - 1]
