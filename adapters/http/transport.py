"""
Sending one request.

The only place that uses aiohttp's client. A failure is told apart by one question: can the provider
have acted? A connection that was never made cannot have; anything after the bytes left may have.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Protocol

import aiohttp

from adapters.http.message import Request, Response
from ports.errors import ProviderOutcomeUnknown, ProviderUnavailable

LINE_BYTES_MAX = 1024 * 1024


class Transport(Protocol):
    """Raises ``ProviderUnavailable`` (not sent) or ``ProviderOutcomeUnknown`` (sent, no answer)."""

    @abstractmethod
    async def send(self, request: Request) -> Response: ...

    @abstractmethod
    def stream(self, request: Request) -> AsyncIterator[bytes]:
        """The response's body line by line, for event streams; a status other than 2xx raises."""
