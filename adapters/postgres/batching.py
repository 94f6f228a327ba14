"""
Batching: concurrent callers share one call to the database.

A caller that arrives while all calls are busy waits, and the next free call takes everything that waits as
one batch. A lone caller is served at once; under load the batches grow by themselves. There is no timer to
tune and no idle task. A question that has waited too long is refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from opentelemetry.trace import SpanContext

from adapters.postgres.tracing import caller, on_behalf_of
from ports.errors import StoreOverloaded

WAIT_MAX_S = 5.0

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Batcher(Generic[Question, Answer]):
    """``call`` answers a batch of questions in their order; at most ``calls_max`` calls run at a time."""

    def __init__(
        self,
        call: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        calls_max: int,
        batch_max: int,
        waiting_max: int,
        wait_max_s: float = WAIT_MAX_S,
    ) -> None:
        self._call = call
        self._free = calls_max
        self._batch_max = batch_max
        self._waiting_max = waiting_max
        self._wait_max_s = wait_max_s
        self._waiting: deque[tuple[Question, asyncio.Future[Answer], float]] = deque()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many questions wait for a call."""
        return len(self._waiting)

    async def ask(self, question: Question) -> Answer:
        """The answer to a question. Raises ``StoreOverloaded``, and any exception of the call."""
        if len(self._waiting) >= self._waiting_max:
            raise StoreOverloaded("too many callers are waiting for the database")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answer, loop.time() + self._wait_max_s))
        if self._free > 0:
            self._free -= 1
            task = asyncio.create_task(self._drain(), name="batch")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await answer

    async def _drain(self) -> None:
        try:
            while batch := self._next_batch():
                await self._answer(batch)
        finally:
            self._free += 1

    def _next_batch(self) -> list[tuple[Question, asyncio.Future[Answer]]]:
        """The oldest questions. Those that have waited too long are refused and left out."""
        now_s = asyncio.get_running_loop().time()
        batch: list[tuple[Question, asyncio.Future[Answer]]] = []
        while self._waiting and len(batch) < self._batch_max:
            question, answer, until_s = self._waiting.popleft()
            if now_s <= until_s:
                batch.append((question, answer))
            elif not answer.done():
                answer.set_exception(StoreOverloaded("waited too long for the database"))
        return batch

    async def _answer(self, batch: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        """Whatever the outcome of the call, every future of the batch is done afterwards."""
        try:
            answers = await self._call([question for question, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - raised again in the callers
            for future in (future for _, future in batch if not future.done()):
                future.set_exception(error)
        finally:
            for _, future in batch:
                future.cancel()


class TracedBatcher(Generic[Question, Answer]):
    """Like ``Batcher``; the spans of a call are in the traces of its callers."""

    def __init__(
        self,
        call: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        calls_max: int,
        batch_max: int,
        waiting_max: int,
    ) -> None:
        self._call = call
        self._batcher: Batcher[tuple[Question, SpanContext], Answer] = Batcher(
            self._call_together, calls_max=calls_max, batch_max=batch_max, waiting_max=waiting_max
        )

    @property
    def waiting(self) -> int:
        """How many questions wait for a call."""
        return self._batcher.waiting

    async def ask(self, question: Question) -> Answer:
        """The answer to a question. Raises what ``Batcher.ask`` raises."""
        return await self._batcher.ask((question, caller()))

    async def _call_together(
        self, asked: Sequence[tuple[Question, SpanContext]]
    ) -> Sequence[Answer]:
        with on_behalf_of([each for _, each in asked]):
            return await self._call([question for question, _ in asked])
