"""The context of the current request, for the audit trail."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.ids import ProcessId


@attrs.frozen(kw_only=True)
class RequestContext:
    """
    The id of a request and its IP address; both ``None`` for an act of the firm itself.

    ``key_id`` is the API key that was used, if any.
    """

    request_id: str | None = None
    ip: str | None = None
    key_id: ProcessId | None = None


class CurrentRequest(Protocol):
    """Holds one context for each task of the event loop, and for what the task awaits."""

    @abstractmethod
    def current(self) -> RequestContext:
        """The context of the current task."""

    @abstractmethod
    def begin(self, context: RequestContext) -> None:
        """Set the context of the current task."""
