"""The usage of limits, in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import attrs

from domain.ids import InvestorId
from domain.limits import Activity, LimitDelta, LimitExceeded
from domain.money import USD, Money
from ports.errors import StoreRefused

_Row = tuple[InvestorId, Activity, str]


@attrs.frozen
class UsedLimits:
    _used: dict[_Row, Money] = attrs.field(factory=dict)

    def require_within(self, usage: Iterable[LimitDelta]) -> None:
        """Raises ``LimitExceeded``; the usage of one limit within a unit is added up."""
        usage = tuple(usage)
        after = self._after(usage)
        for each in usage:
            if each.allowed is not None and after[_row(each)] > each.allowed:
                raise LimitExceeded
        if any(used.minor < 0 for used in after.values()):
            raise StoreRefused("more was given back than was used")

    def count(self, usage: Iterable[LimitDelta]) -> None:
        self._used.update(self._after(usage))

    def used(
        self, investor_id: InvestorId, periods: Collection[str]
    ) -> Mapping[tuple[Activity, str], Money]:
        return {
            (activity, period): used
            for (owner, activity, period), used in self._used.items()
            if owner == investor_id and period in periods
        }

    def _after(self, usage: Iterable[LimitDelta]) -> Mapping[_Row, Money]:
        after: dict[_Row, Money] = {}
        for each in usage:
            row = _row(each)
            before = after.get(row, self._used.get(row, Money.zero(USD)))
            after[row] = before + each.amount
        return after


def _row(usage: LimitDelta) -> _Row:
    return usage.investor_id, usage.activity, usage.period
