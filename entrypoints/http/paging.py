"""Pages of a list: ``?limit=`` and an opaque ``?cursor=``, the end of the previous page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import attrs
from aiohttp import web

from domain.ids import ProcessId
from entrypoints.http.bodies import answer, is_uuid
from entrypoints.http.problems import FieldError, InvalidInput

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
_CURSOR_LENGTH_MAX = 100

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Listing(Generic[T]):
    """A page of items. ``next_cursor`` leads to the next page; on the last one it is null."""

    items: Sequence[T]
    next_cursor: str | None


@attrs.frozen(kw_only=True)
class Page:
    """
    At most ``limit`` items after the one named ``after``.

    Fetch ``fetch`` items, one more than ``limit``, to see whether there is a next page.
    """

    limit: int
    after: str | None

    @property
    def fetch(self) -> int:
        return self.limit + 1

    @property
    def before(self) -> ProcessId | None:
        """``after`` as an id, for lists that begin with the newest. Raises ``InvalidInput``."""
        if self.after is not None and not is_uuid(self.after):
            raise _invalid_cursor()
        return ProcessId(self.after) if self.after else None


def page_of(request: web.Request) -> Page:
    """Raises ``InvalidInput``."""
    return Page(limit=_limit(request.query.get("limit")), after=_after(request.query.get("cursor")))


def answer_page(
    found: Sequence[T], page: Page, *, name: Callable[[T], str], view: Callable[[T], Any]
) -> web.Response:
    """The page of the fetched items, with a cursor if there are more than ``limit``."""
    items = found[: page.limit]
    more = len(found) > page.limit
    return _answer(items, view, next_cursor=_encode(name(items[-1])) if more else None)


def answer_all(found: Sequence[T], *, view: Callable[[T], Any]) -> web.Response:
    """A whole list, short by its nature, in the shape of a page."""
    return _answer(found, view, next_cursor=None)


def _answer(
    items: Sequence[T], view: Callable[[T], Any], *, next_cursor: str | None
) -> web.Response:
    return answer(Listing(items=[view(item) for item in items], next_cursor=next_cursor))


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT_DEFAULT
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LIMIT_MAX:  # noqa: PLR2004
        return int(text)
    raise InvalidInput([FieldError("limit", f"must be a number from 1 to {LIMIT_MAX}")])


def _encode(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).rstrip(b"=").decode()


def _after(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        name = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise _invalid_cursor() from None
    if not 0 < len(name) <= _CURSOR_LENGTH_MAX or not name.isprintable():
        raise _invalid_cursor()
    return name


def _invalid_cursor() -> InvalidInput:
    return InvalidInput(
        [FieldError("cursor", "not a valid cursor; use next_cursor of the page before")]
    )
