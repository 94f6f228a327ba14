"""Where the act that is under way came from, for the audit trail."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.ids import ProcessId


@attrs.frozen(kw_only=True)
class RequestContext:
    """
    A request's id and the address it came from; both ``None`` for what the house does by itself.

    ``key_id`` is the API key that was shown, if it was one.
    """

    request_id: str | None = None
    ip: str | None = None
    key_id: ProcessId | None = None


class CurrentRequest(Protocol):
    """One origin a task of the event loop, and for whatever the task awaits."""

    @abstractmethod
    def current(self) -> RequestContext:
        """Of the task that asks."""

    @abstractmethod
    def begin(self, context: RequestContext) -> None:
        """What the task does from now on comes from there."""
