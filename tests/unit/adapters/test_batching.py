"""Concurrent callers share a call to the database."""

from __future__ import annotations

import asyncio

from adapters.postgres.batching import Batcher
from tests.support.waiting import LIMIT_S


async def test_a_failed_call_fails_everything_that_waits_for_it() -> None:
    async def call(_: object) -> list[str]:
        raise KeyError("a defect")

    batcher: Batcher[int, str] = Batcher(call, calls_max=1, batch_max=8, waiting_max=8)
    answers = asyncio.gather(*(batcher.ask(n) for n in range(3)), return_exceptions=True)
    outcomes = await asyncio.wait_for(answers, LIMIT_S)
    assert [type(outcome) for outcome in outcomes] == [KeyError] * 3
