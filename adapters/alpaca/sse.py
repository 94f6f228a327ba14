"""
Parses a server-sent event stream: lines in, JSON objects out (alpaca.md §9).

A comment in which Alpaca reports dropped events ends the stream, so that the reader reconnects and
receives them again from its last position.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
import structlog

from adapters.alpaca.settings import PROVIDER
from ports.errors import ProviderUnavailable
from ports.inbound import unheard

FRAME_LINES_MAX = 1000
LOSSES = ("dropped", "internal server error")

_log = structlog.get_logger(__name__)


async def frames(
    lines: AsyncIterator[bytes], *, operation: str, alive: Callable[[], None] = unheard
) -> AsyncGenerator[Mapping[str, Any], None]:
    """
    The stream's events; ``alive`` is called for each line, comments included.

    Raises ``ProviderUnavailable`` when Alpaca reports that it dropped some.
    """
    try:
        async for data in _data(lines, operation, alive):
            event = _decoded(data, operation)
            if event is not None:
                yield event
    finally:
        if isinstance(lines, AsyncGenerator):
            await lines.aclose()


async def _data(
    lines: AsyncIterator[bytes], operation: str, alive: Callable[[], None]
) -> AsyncIterator[bytes]:
    """The data of each complete frame; one cut off by the end of the stream is discarded."""
    data: list[bytes] = []
    async for raw in lines:
        alive()
        line = raw.rstrip(b"\r\n")
        if line.startswith(b":"):
            _require_no_loss(line, operation)
        elif line.startswith(b"data:"):
            data.append(line.removeprefix(b"data:").removeprefix(b" "))
        if data and (not line or len(data) >= FRAME_LINES_MAX):
            yield b"\n".join(data)
            data = []


def _require_no_loss(comment: bytes, operation: str) -> None:
    text = comment[1:].strip().decode(errors="replace")
    if any(loss in text for loss in LOSSES):
        raise ProviderUnavailable(text[:200], provider=PROVIDER, operation=operation)


def _decoded(data: bytes, operation: str) -> Mapping[str, Any] | None:
    with suppress(ValueError):
        event = orjson.loads(data)
        if isinstance(event, dict):
            return event
    _log.error("unreadable event", operation=operation, bytes=len(data))
    return None
