"""The origin of what is under way, kept in the task's context."""

from __future__ import annotations

from contextvars import ContextVar

from ports.origins import Origin, Origins

_NOWHERE = Origin()


class ContextOrigins(Origins):
    def __init__(self) -> None:
        self._origin: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)

    def current(self) -> Origin:
        return self._origin.get()

    def begin(self, origin: Origin) -> None:
        self._origin.set(origin)
