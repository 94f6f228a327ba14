"""The context of the current request, in a context variable."""

from __future__ import annotations

from contextvars import ContextVar

from ports.request_context import CurrentRequest, RequestContext

_NO_REQUEST = RequestContext()


class ContextvarCurrentRequest(CurrentRequest):
    def __init__(self) -> None:
        self._context: ContextVar[RequestContext] = ContextVar(
            "request_context", default=_NO_REQUEST
        )

    def current(self) -> RequestContext:
        return self._context.get()

    def begin(self, context: RequestContext) -> None:
        self._context.set(context)
