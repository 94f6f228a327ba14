"""Lanes whose every call knows on whose behalf it is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from opentelemetry.trace import SpanContext

from adapters.postgres.batching import Batcher
from adapters.postgres.tracing import caller, on_behalf_of

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class TracedBatcher(Generic[Question, Answer]):
    """As ``Lanes``; the query that a call makes is in its callers' traces."""

    def __init__(
        self,
        call: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        lanes: int,
        batch_max: int,
        waiting_max: int,
    ) -> None:
        self._call = call
        self._lanes: Batcher[tuple[Question, SpanContext], Answer] = Batcher(
            self._call_together, lanes=lanes, batch_max=batch_max, waiting_max=waiting_max
        )

    @property
    def waiting(self) -> int:
        """How many wait for a lane."""
        return self._lanes.waiting

    async def ask(self, question: Question) -> Answer:
        """The answer, alone or together with others'. Raises what ``Lanes.ask`` does."""
        return await self._lanes.ask((question, caller()))

    async def _call_together(
        self, asked: Sequence[tuple[Question, SpanContext]]
    ) -> Sequence[Answer]:
        with on_behalf_of([each for _, each in asked]):
            return await self._call([question for question, _ in asked])
