"""A rule: its match and its action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import attrs

from sandbox.faults.action import DELIVERY_KINDS, REQUEST_KINDS, Action

REQUEST, DELIVERY = "request", "delivery"


@attrs.frozen(kw_only=True)
class Occurrence:
    """An event that a fault may strike: a request, a webhook, or a named point at a provider."""

    point: str
    provider: str
    method: str = ""
    path: str = ""
    fields: Mapping[str, Any] = attrs.field(factory=dict)

    def field(self, path: str) -> object:
        """The value at a dotted path, or None."""
        value: object = self.fields
        for name in path.split("."):
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value


@attrs.frozen(kw_only=True)
class Match:
    """
    All fields must match; empty ones and None match everything.

    ``path`` and the values of ``body`` are patterns with ``*`` and ``?``. From the ``nth`` match on the
    rule strikes, with ``probability``, at most ``times`` times and not after ``until`` (virtual time).
    """

    provider: str | None = None
    method: str | None = None
    path: str | None = None
    body: Mapping[str, str] = attrs.field(factory=dict)
    nth: int = 1
    probability: float = 1.0
    times: int | None = None
    until: datetime | None = None

    def covers(self, occurrence: Occurrence) -> bool:
        return (
            self.provider in {None, occurrence.provider}
            and self.method in {None, occurrence.method}
            and (self.path is None or fnmatchcase(occurrence.path, self.path))
            and all(_is_like(occurrence.field(name), like) for name, like in self.body.items())
        )

    def view(self) -> dict[str, object]:
        shown = attrs.asdict(self, recurse=False)
        shown["until"] = self.until.isoformat() if self.until else None
        return {name: value for name, value in shown.items() if value not in (None, {})}


def _is_like(value: object, pattern: str) -> bool:
    return value is not None and fnmatchcase(str(value), pattern)


@attrs.frozen(kw_only=True)
class Rule:
    """``name`` switches it off; ``use`` is its name in the catalogue, or None."""

    name: str
    match: Match
    action: Action
    use: str | None = None

    def covers(self, occurrence: Occurrence) -> bool:
        return self.point == occurrence.point and self.match.covers(occurrence)

    @property
    def point(self) -> str:
        """The point at which it strikes."""
        if self.action.kind in REQUEST_KINDS:
            return REQUEST
        return DELIVERY if self.action.kind in DELIVERY_KINDS else self.action.point

    def view(self) -> dict[str, object]:
        return {
            "name": self.name,
            "use": self.use,
            "match": self.match.view(),
            "action": self.action.view(),
        }
