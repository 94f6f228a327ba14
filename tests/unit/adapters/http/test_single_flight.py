from __future__ import annotations

import asyncio

import pytest

from adapters.http.single_flight import SingleFlight


class Asked:
    """Answers with how often it was asked, when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.may_answer = asyncio.Event()
        self.failure: Exception | None = None

    async def ask(self) -> int:
        self.times += 1
        await self.may_answer.wait()
        if self.failure:
            raise self.failure
        return self.times


async def waiting(flight: SingleFlight[int], callers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(flight.get()) for _ in range(callers)]
    await asyncio.sleep(0)
    return tasks


@pytest.mark.situation("60 callers want the same list at once", must="one download")
async def test_many_callers_share_one_call() -> None:
    asked = Asked()
    callers = await waiting(SingleFlight(asked.ask), 60)
    asked.may_answer.set()
    assert await asyncio.gather(*callers) == [1] * 60


@pytest.mark.situation("the first of those who wait for a list gives up", must="the others get it")
async def test_the_call_outlives_its_first_caller() -> None:
    asked = Asked()
    first, *others = await waiting(SingleFlight(asked.ask), 3)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    asked.may_answer.set()
    assert await asyncio.gather(*others) == [1, 1]


async def test_a_failure_is_not_kept() -> None:
    asked = Asked()
    flight = SingleFlight(asked.ask)
    asked.failure = OSError("away")
    asked.may_answer.set()
    for caller in await waiting(flight, 2):
        with pytest.raises(OSError, match="away"):
            await caller
    asked.failure = None
    assert await flight.get() == 2
