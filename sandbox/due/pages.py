"""Cursor pages over append-only lists: a cursor is a position, so a page costs its own length."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import attrs

from sandbox.due.errors import invalid

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
DIGITS_MAX = 18

Item = TypeVar("Item")


@attrs.frozen
class Window:
    """The requested page: its size, its start and its order."""

    limit: int = LIMIT_DEFAULT
    cursor: str | None = None
    newest_first: bool = True
    begins: datetime | None = None
    ends: datetime | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Window:
        limit = query.get("limit") or str(LIMIT_DEFAULT)
        order = (query.get("order") or "desc").lower()
        if not _is_number(limit) or not 0 < int(limit) <= LIMIT_MAX:
            raise invalid(limit=f"must be 1 to {LIMIT_MAX}")
        if order not in {"asc", "desc"}:
            raise invalid(order="must be asc or desc")
        return cls(
            int(limit),
            query.get("next") or None,
            order == "desc",
            _moment(query, "startDate"),
            _moment(query, "endDate"),
        )

    def covers(self, moment: datetime) -> bool:
        """Whether ``moment`` is between the two dates, both inclusive (guess)."""
        return (self.begins is None or self.begins <= moment) and (
            self.ends is None or moment <= self.ends
        )

    def positions(self, length: int) -> range:
        start = self._start(length)
        return range(start, -1, -1) if self.newest_first else range(start, length)

    def _start(self, length: int) -> int:
        if self.cursor is None:
            return length - 1 if self.newest_first else 0
        if not _is_number(self.cursor) or int(self.cursor) >= length:
            raise invalid(next="is not a cursor")
        return int(self.cursor)


def _is_number(text: str) -> bool:
    """Digits, at most as many as ``int`` reads."""
    return text.isdecimal() and len(text) <= DIGITS_MAX


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(**{name: "is not a date"}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def page(
    items: Sequence[Item],
    window: Window,
    *,
    view: Callable[[Item], dict[str, object]],
    keep: Callable[[Item], bool] = lambda _: True,
) -> dict[str, object]:
    """``{items, next}``; ``next`` is null on the last page."""
    views: list[dict[str, object]] = []
    for position in window.positions(len(items)):
        if not keep(items[position]):
            continue
        if len(views) == window.limit:
            return {"items": views, "next": str(position)}
        views.append(view(items[position]))
    return {"items": views, "next": None}
