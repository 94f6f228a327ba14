"""Delivery of signed webhooks: at least once, retried, unordered between subscribers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

import aiohttp
import attrs

CONCURRENCY_MAX = 32
ATTEMPTS_MAX = 8
BACKOFF_S = (0.2, 0.5, 1, 2, 4, 8, 15)
TIMEOUT_S = 10.0
HISTORY_MAX = 2000
STATUS_ERROR_MIN = 300


@attrs.define
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
        self.history: deque[Delivery] = deque(maxlen=HISTORY_MAX)

    def send(self, delivery: Delivery) -> None:
        self.history.append(delivery)
        self._queue.put_nowait(delivery)

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
                continue
            wait_s = BACKOFF_S[min(delivery.attempts - 1, len(BACKOFF_S) - 1)]
            asyncio.get_running_loop().call_later(wait_s, self._queue.put_nowait, delivery)

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> bool:
        delivery.attempts += 1
        try:
            async with session.post(
                delivery.url, data=delivery.body, headers=dict(delivery.headers)
            ) as response:
                await response.read()
                delivery.status = response.status
        except (aiohttp.ClientError, TimeoutError):
            delivery.status = None
        delivery.delivered = delivery.status is not None and delivery.status < STATUS_ERROR_MIN
        return delivery.delivered
