"""What an account held at any moment before now."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from datetime import datetime

import attrs

from domain.money import USD, Money

NOTHING = Money.zero(USD)


@attrs.frozen(kw_only=True)
class Holdings:
    """An account's holdings after a line of its statement; ``paid_in`` came from outside so far."""

    at: datetime
    cash: Money
    paid_in: Money
    shares: Mapping[str, Money]


@attrs.define
class Timeline:
    """The holdings of one account, oldest first."""

    _holdings: list[Holdings] = attrs.field(factory=list)

    @property
    def paid_in(self) -> Money:
        return self._holdings[-1].paid_in if self._holdings else NOTHING

    def add(self, holdings: Holdings) -> None:
        self._holdings.append(holdings)

    def at(self, moment: datetime) -> Holdings:
        """The holdings at ``moment``; an empty one before the first."""
        end = bisect.bisect_right(self._holdings, moment, key=lambda each: each.at)
        if not end:
            return Holdings(at=moment, cash=NOTHING, paid_in=NOTHING, shares={})
        return self._holdings[end - 1]
