"""The tracing interface of the API."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class RequestSpan(Protocol):
    """The span of one request."""

    @property
    @abstractmethod
    def trace_id(self) -> str:
        """32 hex digits."""

    @abstractmethod
    def answered(self, status: int) -> None: ...

    @abstractmethod
    def failed(self, error: Exception) -> None:
        """Record what was raised, before it becomes an answer."""


class RequestSpans(Protocol):
    @abstractmethod
    def request(
        self,
        method: str,
        *,
        route: str | None,
        path: str,
        headers: Mapping[str, str],
        trusted: bool,
    ) -> AbstractContextManager[RequestSpan]:
        """
        Open the span of a request. ``route`` is ``None`` if no route matches.

        ``trusted`` says that the peer is one of our proxies, whose sampling decision is used.
        """
