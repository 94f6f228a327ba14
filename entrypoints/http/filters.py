"""Query parameters that filter a list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

from aiohttp import web

from domain.ids import InvestorId
from entrypoints.http.bodies import is_uuid
from entrypoints.http.problems import FieldError, InvalidInput

LENGTH_MAX = 300

Choice = TypeVar("Choice", bound=Enum)


def choice(request: web.Request, name: str, choices: Iterable[Choice]) -> Choice | None:
    """The requested member of ``choices``, if any. Raises ``InvalidInput``."""
    text, known = request.query.get(name), list(choices)
    if text is None:
        return None
    for each in known:
        if each.value == text:
            return each
    raise invalid(name, "must be one of " + ", ".join(str(each.value) for each in known))


def investor(request: web.Request) -> InvestorId | None:
    """Raises ``InvalidInput``."""
    text = request.query.get("investor_id")
    if text is None:
        return None
    if not is_uuid(text.lower()):
        raise invalid("investor_id", "must be an id")
    return InvestorId(text.lower())


def text(request: web.Request, name: str) -> str | None:
    """Raises ``InvalidInput`` for a text that no stored name can equal."""
    found = request.query.get(name)
    if found is not None and not (0 < len(found) <= LENGTH_MAX and found.isprintable()):
        raise invalid(name, f"must have 1 to {LENGTH_MAX} printable characters")
    return found


def invalid(name: str, message: str) -> InvalidInput:
    """The error of one field."""
    return InvalidInput([FieldError(name, message)])
