"""One deadline for a whole call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from adapters.http.message import Request, Response
from adapters.http.transport import Transport, unanswered
from ports.clock import Clock


class Deadline(Transport):
    """Ends a call, including its retries and waits, after ``deadline_s``. Streams have no deadline."""

    def __init__(self, inner: Transport, *, clock: Clock, deadline_s: float) -> None:
        self._inner = inner
        self._clock = clock
        self._deadline_s = deadline_s

    async def send(self, request: Request) -> Response:
        call = asyncio.ensure_future(self._inner.send(request))
        timer = asyncio.ensure_future(self._clock.sleep(self._deadline_s))
        try:
            await asyncio.wait({call, timer}, return_when=asyncio.FIRST_COMPLETED)
            if call.done():
                return call.result()
        finally:
            await _end(timer)
            await _end(call)
        raise unanswered(request, f"no response within {self._deadline_s:g} s")

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


async def _end(task: asyncio.Future[Any]) -> None:
    """Cancel the task if it still runs and wait for its clean-up, so that nothing outlives the call."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
