"""The origin of what is under way, kept in the task's context."""

from __future__ import annotations

from contextvars import ContextVar

from ports.request_context import CurrentRequest, RequestContext

_NOWHERE = RequestContext()


class ContextvarCurrentRequest(CurrentRequest):
    def __init__(self) -> None:
        self._origin: ContextVar[RequestContext] = ContextVar("origin", default=_NOWHERE)

    def current(self) -> RequestContext:
        return self._origin.get()

    def begin(self, context: RequestContext) -> None:
        self._origin.set(context)
