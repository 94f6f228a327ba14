"""
Lanes: concurrent callers share one call.

Whoever arrives while all lanes are busy waits, and the lane that is free next takes everybody who waits
along in one call. A lone caller goes at once; under load the batches grow by themselves. There is no
timer to tune, and nothing runs while nobody calls.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from ports.errors import StoreOverloaded

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Lanes(Generic[Question, Answer]):
    """``call`` answers a batch of questions in their order; ``lanes`` calls run at a time."""

    def __init__(
        self,
        call: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        lanes: int,
        batch_max: int,
        waiting_max: int,
    ) -> None:
        self._call = call
        self._free = lanes
        self._batch_max = batch_max
        self._waiting_max = waiting_max
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._going: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question) -> Answer:
        """The answer, alone or together with others'. Raises ``StoreUnavailable``."""
        if len(self._waiting) >= self._waiting_max:
            raise StoreOverloaded("too many are waiting for the database")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._free > 0:
            self._free -= 1
            lane = asyncio.create_task(self._drive(), name="lane")
            self._going.add(lane)
            lane.add_done_callback(self._going.discard)
        return await answer

    async def _drive(self) -> None:
        try:
            while self._waiting:
                size = min(len(self._waiting), self._batch_max)
                await self._take([self._waiting.popleft() for _ in range(size)])
        finally:
            self._free += 1

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
