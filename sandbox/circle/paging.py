"""The page of a list that a query asks for (circle.md §4, pagination)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import attrs

from sandbox.circle.errors import CircleRefusal, InvalidParameter, Why

T = TypeVar("T")
SIZE_MAX = 50
SIZE_DEFAULT = 10  # guess: the default for Circle's APIs in general


@attrs.frozen(kw_only=True)
class Page:
    """
    A cursor, exclusive, and how many items to take from there.

    ``is_backwards`` (pageBefore) takes the items just before the cursor in the listing's order.
    ``since`` and ``until`` are inclusive bounds on the time of creation.
    """

    cursor: str | None = None
    is_backwards: bool = False
    is_ascending: bool = False
    size: int = SIZE_DEFAULT
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_towards_newer(self) -> bool:
        return self.is_ascending is not self.is_backwards

    def neighbours(self, cursors: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """The changes of the query for the pages around one that shows ``cursors``."""
        first = {"pageSize": str(self.size)}
        found = {"self": first | self._here()}
        if cursors:
            found["first"] = first
            found["prev"] = first | {"pageBefore": cursors[0]}
        if len(cursors) == self.size:
            found["next"] = first | {"pageAfter": cursors[-1]}
        return found

    def _here(self) -> dict[str, str]:
        name = "pageBefore" if self.is_backwards else "pageAfter"
        return {name: self.cursor} if self.cursor else {}

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Page:
        """Read a query string. Raises 156014 for bad page parameters, code 2 for bad dates."""
        before, after = query.get("pageBefore"), query.get("pageAfter")
        if before and after:
            raise CircleRefusal(Why.PAGE_INVALID)
        return cls(
            cursor=_cursor(before or after),
            is_backwards=bool(before),
            is_ascending=_is_ascending(query.get("order") or "DESC"),
            size=_size(query.get("pageSize") or str(SIZE_DEFAULT)),
            since=_moment("from", query.get("from")),
            until=_moment("to", query.get("to")),
        )


def page_of(items: Sequence[T], page: Page, *, key: Callable[[T], str]) -> Sequence[T]:
    """
    The page of a short list in its own order, from the first item of the cursor's ``key`` or past it.

    Raises 156012 when no item has that key.
    """
    if page.cursor is None:
        return items[: page.size]
    at = [index for index, item in enumerate(items) if key(item) == page.cursor]
    if not at:
        raise CircleRefusal(Why.CURSOR_NOT_FOUND)
    if page.is_backwards:
        return items[max(at[0] - page.size, 0) : at[0]]
    return items[at[-1] + 1 : at[-1] + 1 + page.size]


def flag_of(query: Mapping[str, str], name: str) -> bool:
    """A boolean of the query; the SDKs send ``True`` or ``true`` (circle.md §1)."""
    return query.get(name, "").lower() == "true"


def _cursor(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return str(UUID(text))
    except ValueError:
        raise CircleRefusal(Why.PAGE_INVALID) from None


def _is_ascending(order: str) -> bool:
    if order not in {"ASC", "DESC"}:
        raise CircleRefusal(Why.PAGE_INVALID)
    return order == "ASC"


def _size(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:9]) <= SIZE_MAX:
        raise CircleRefusal(Why.PAGE_INVALID)
    return int(text)


def _moment(name: str, text: str | None) -> datetime | None:
    """A date or a time; a space is read as the plus sign that was not encoded."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise InvalidParameter(name, "must be a date", error="invalid_format", value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
