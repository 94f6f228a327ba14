"""How old a report of an order is, so that a late one can be told from a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import attrs


@attrs.frozen(kw_only=True)
class ReportAge:
    """
    When a report is from, by the broker's own marks.

    ``updated_at`` is when the order last changed. ``event_id`` sorts by time; only events have one.
    """

    updated_at: datetime | None = None
    event_id: str | None = None

    @property
    def is_known(self) -> bool:
        return self.updated_at is not None or self.event_id is not None

    def is_outdated(self, known: ReportAge) -> bool:
        """Whether it is from before ``known``, or the same event once more."""
        if self.updated_at and known.updated_at and self.updated_at < known.updated_at:
            return True
        return bool(self.event_id and known.event_id and self.event_id <= known.event_id)

    def is_later(self, known: ReportAge) -> bool:
        """Whether it is certainly from after ``known``."""
        if not self.is_known or self.is_outdated(known):
            return False
        return self.newest(known) != known

    def newest(self, other: ReportAge) -> Self:
        """The later of both, mark by mark."""
        return attrs.evolve(
            self,
            updated_at=max(filter(None, (self.updated_at, other.updated_at)), default=None),
            event_id=max(filter(None, (self.event_id, other.event_id)), default=None),
        )


UNDATED = ReportAge()
"""The age of what does not say when it is from."""
