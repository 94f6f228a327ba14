"""
Lanes: concurrent callers share one call.

Whoever arrives while all lanes are busy waits, and the lane that is free next takes everybody who waits
along in one call. A lone caller goes at once; under load the batches grow by themselves. There is no
timer to tune, and nothing runs while nobody calls. Who has waited too long is refused, not taken along.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from ports.errors import StoreOverloaded

WAIT_MAX_S = 5.0

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Batcher(Generic[Question, Answer]):
    """``call`` answers a batch of questions in their order; ``lanes`` calls run at a time."""

    def __init__(
        self,
        call: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        lanes: int,
        batch_max: int,
        waiting_max: int,
        wait_max_s: float = WAIT_MAX_S,
    ) -> None:
        self._call = call
        self._free = lanes
        self._batch_max = batch_max
        self._waiting_max = waiting_max
        self._wait_max_s = wait_max_s
        self._waiting: deque[tuple[Question, asyncio.Future[Answer], float]] = deque()
        self._going: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many wait for a lane."""
        return len(self._waiting)

    async def ask(self, question: Question) -> Answer:
        """The answer, alone or together with others'. Raises ``StoreOverloaded`` and what the call does."""
        if len(self._waiting) >= self._waiting_max:
            raise StoreOverloaded("too many are waiting for the database")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answer, loop.time() + self._wait_max_s))
        if self._free > 0:
            self._free -= 1
            lane = asyncio.create_task(self._drive(), name="lane")
            self._going.add(lane)
            lane.add_done_callback(self._going.discard)
        return await answer

    async def _drive(self) -> None:
        try:
            while batch := self._next_batch():
                await self._take(batch)
        finally:
            self._free += 1

    def _next_batch(self) -> list[tuple[Question, asyncio.Future[Answer]]]:
        """Those who have waited longest; who has waited too long is told so and left out."""
        now_s = asyncio.get_running_loop().time()
        batch: list[tuple[Question, asyncio.Future[Answer]]] = []
        while self._waiting and len(batch) < self._batch_max:
            question, answer, until_s = self._waiting.popleft()
            if now_s <= until_s:
                batch.append((question, answer))
            elif not answer.done():
                answer.set_exception(StoreOverloaded("waited too long for the database"))
        return batch

    async def _take(self, batch: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        """Whatever becomes of the call, nobody waits for an answer that will not come."""
        try:
            answers = await self._call([question for question, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for it
            for future in (future for _, future in batch if not future.done()):
                future.set_exception(error)
        finally:
            for _, future in batch:
                future.cancel()
