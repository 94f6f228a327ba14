"""Delivery of signed webhooks: at least once, retried, unordered between subscribers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import attrs

CONCURRENCY_MAX = 32
ATTEMPTS_MAX = 8
BACKOFF_S = (0.2, 0.5, 1, 2, 4, 8, 15)
TIMEOUT_S = 10.0
HISTORY_MAX = 2000
QUEUE_MAX = 100_000
STATUS_ERROR_MIN = 300


@attrs.define(eq=False)
class Delivery:
    """One message to one endpoint, and what became of it."""

    provider: str
    message_id: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    attempts: int = 0
    status: int | None = None
    delivered: bool = False


class WebhookSender:
    """Posts deliveries in the background; backoff is in real seconds, whatever the clock's speed."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._under_way: dict[Delivery, None] = {}
        self.attempted = 0
        self.history: deque[Delivery] = deque(maxlen=HISTORY_MAX)
        self.dropped = 0

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_queue"}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """What was queued, waiting for its next attempt or half sent is queued again."""
        self.__dict__.update(kept, _queue=asyncio.Queue())
        for delivery in self._under_way:
            self._queue.put_nowait(delivery)

    def send(self, delivery: Delivery) -> None:
        """Queue a delivery; with ``QUEUE_MAX`` waiting it is dropped, and counted in ``dropped``."""
        self.history.append(delivery)
        self._enqueue(delivery)

    def _enqueue(self, delivery: Delivery) -> None:
        if self._queue.qsize() >= QUEUE_MAX:
            self.dropped += 1
            self._under_way.pop(delivery, None)
            return
        self._under_way[delivery] = None
        self._queue.put_nowait(delivery)

    def redeliver(self, message_id: str) -> Sequence[Delivery]:
        """Send the identical bytes again; the new deliveries, none when the message is unknown."""
        firsts = {each.url: each for each in self.history if each.message_id == message_id}
        again = [
            attrs.evolve(first, attempts=0, status=None, delivered=False)
            for first in firsts.values()
        ]
        for delivery in again:
            self.send(delivery)
        return again

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(CONCURRENCY_MAX):
                group.create_task(self._deliver_forever(session))

    async def _deliver_forever(self, session: aiohttp.ClientSession) -> None:
        while True:
            delivery = await self._queue.get()
            if await self._attempt(session, delivery) or delivery.attempts >= ATTEMPTS_MAX:
                del self._under_way[delivery]
                continue
            wait_s = BACKOFF_S[min(delivery.attempts - 1, len(BACKOFF_S) - 1)]
            asyncio.get_running_loop().call_later(wait_s, self._enqueue, delivery)

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> bool:
        delivery.attempts += 1
        try:
            async with session.post(
                delivery.url,
                data=delivery.body,
                headers=dict(delivery.headers),
                allow_redirects=False,
            ) as response:
                await response.read()
                delivery.status = response.status
        except (aiohttp.ClientError, OSError, ValueError):
            delivery.status = None
        delivery.delivered = delivery.status is not None and delivery.status < STATUS_ERROR_MIN
        self.attempted += 1
        return delivery.delivered
