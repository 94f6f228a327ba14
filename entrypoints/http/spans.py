"""What the API asks of whoever traces it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class RequestSpan(Protocol):
    """One request under way."""

    @property
    @abstractmethod
    def trace_id(self) -> str:
        """32 hex digits."""

    @abstractmethod
    def answered(self, status: int) -> None: ...

    @abstractmethod
    def failed(self, error: Exception) -> None:
        """What was raised, before it becomes an answer."""


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
        Around a request. ``route`` is ``None`` for what is not in the table of routes.

        ``trusted`` says that the peer is a proxy of our own, who may decide what is traced.
        """
