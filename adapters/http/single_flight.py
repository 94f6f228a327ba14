"""One call of a provider for all who want the same answer at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import attrs

Answer = TypeVar("Answer")


@attrs.define
class SingleFlight(Generic[Answer]):
    """
    Callers that come while a call is under way wait for its answer.

    The call belongs to none of them: cancelling the first caller does not end it. A failure is raised to
    those that waited for it, and the next caller starts anew.
    """

    _ask: Callable[[], Awaitable[Answer]]
    _flight: asyncio.Task[Answer] | None = attrs.field(default=None, init=False)

    async def get(self) -> Answer:
        flight = self._flight
        if flight is None:
            flight = self._flight = asyncio.ensure_future(self._fly())
            flight.add_done_callback(self._landed)
        await asyncio.wait({flight})  # unlike awaiting it, this leaves it alone when cancelled
        return flight.result()

    async def _fly(self) -> Answer:
        return await self._ask()

    def _landed(self, flight: asyncio.Task[Answer]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # seen, also when all callers have gone
