"""Delivery of signed webhooks: at least once, retried, unordered; faults can make it worse."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import attrs

from sandbox.clock import SandboxClock
from sandbox.faults.action import Action, Kind
from sandbox.faults.deliveries import missigned, strike
from sandbox.faults.faults import Faults

CONCURRENCY_MAX = 32
ATTEMPTS_MAX = 8
BACKOFF_S = (0.2, 0.5, 1, 2, 4, 8, 15)
TIMEOUT_S = 10.0
HISTORY_MAX = 2000
QUEUE_MAX = 100_000
STATUS_ERROR_MIN = 300
HELD_MAX_S = 60.0
"""The longest time, in virtual seconds, that a message waits for the one that overtakes it."""


@attrs.define(eq=False)
class Delivery:
    """
    One message to one endpoint, and its result.

    ``fault`` is the rule that struck it; ``behind`` is sent after the first attempt of this one.
    """

    provider: str
    message_id: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    attempts: int = 0
    status: int | None = None
    delivered: bool = False
    fault: str = ""
    is_missigned: bool = False
    behind: Delivery | None = None


class WebhookSender:
    """Sends deliveries in the background; backoff is in real seconds, whatever the clock's speed."""

    def __init__(self, *, clock: SandboxClock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._held: dict[str, Delivery] = {}
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._under_way: dict[Delivery, None] = {}
        self.attempted = 0
        self.history: deque[Delivery] = deque(maxlen=HISTORY_MAX)
        self.dropped = 0

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_queue"}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Queue every unfinished delivery again."""
        self.__dict__.update(kept, _queue=asyncio.Queue())
        for delivery in self._under_way:
            self._queue.put_nowait(delivery)

    def send(self, delivery: Delivery) -> None:
        """Queue a delivery; with ``QUEUE_MAX`` waiting it is dropped, and counted in ``dropped``."""
        self.history.append(delivery)
        struck = strike(
            self._faults, provider=delivery.provider, url=delivery.url, body=delivery.body
        )
        if struck is not None:
            delivery.fault = struck.name
            self._suffer(delivery, struck.action)
        else:
            delivery.behind = self._held.pop(delivery.url, None)
            self._enqueue(delivery)

    def _suffer(self, delivery: Delivery, action: Action) -> None:
        match action.kind:
            case Kind.DUPLICATE:
                copies = [attrs.evolve(delivery) for _ in range(int(action.number("copies")))]
                self.history.extend(copies)
                for each in (delivery, *copies):
                    self._enqueue(each)
            case Kind.REORDER:
                self._held[delivery.url] = delivery
                self._clock.call_later(HELD_MAX_S, partial(self._let_go, delivery))
            case Kind.LATE:
                self._clock.call_later(action.number("delay_s"), partial(self._enqueue, delivery))
            case Kind.MISSIGN:
                delivery.is_missigned = True
                self._enqueue(delivery)
            case _:
                """It is dropped; the history shows it."""

    def _let_go(self, delivery: Delivery) -> None:
        """Send a message that no other message has overtaken."""
        if self._held.get(delivery.url) is delivery:
            del self._held[delivery.url]
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
            attrs.evolve(
                first,
                attempts=0,
                status=None,
                delivered=False,
                fault="",
                is_missigned=False,
                behind=None,
            )
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
            is_done = await self._attempt(session, delivery)
            self._release_behind(delivery)
            if is_done or delivery.attempts >= ATTEMPTS_MAX:
                del self._under_way[delivery]
                continue
            wait_s = BACKOFF_S[min(delivery.attempts - 1, len(BACKOFF_S) - 1)]
            asyncio.get_running_loop().call_later(wait_s, self._enqueue, delivery)

    def _release_behind(self, delivery: Delivery) -> None:
        if delivery.behind is not None:
            self._enqueue(delivery.behind)
            delivery.behind = None

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> bool:
        delivery.attempts += 1
        headers = dict(delivery.headers)
        try:
            async with session.post(
                delivery.url,
                data=delivery.body,
                headers=missigned(headers) if delivery.is_missigned else headers,
                allow_redirects=False,
            ) as response:
                await response.read()
                delivery.status = response.status
        except (aiohttp.ClientError, OSError, ValueError):
            delivery.status = None
        delivery.delivered = delivery.status is not None and delivery.status < STATUS_ERROR_MIN
        self.attempted += 1
        return delivery.delivered
