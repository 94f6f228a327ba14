"""What every counter of tries must do."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from ports.login_throttle import FREE, WAITS_S, LoginThrottle, TooManyAttempts
from tests.contract.rate_limiter import Pass

LONG = 11
"""The tries after which a wait is so long that no test outlasts it."""


@attrs.frozen
class Guessing:
    """A counter, and the means to let seconds pass for it."""

    attempts: LoginThrottle
    let_pass: Pass

    async def may(self, name: str = "ann") -> bool:
        try:
            await self.attempts.begin(name)
        except TooManyAttempts:
            return False
        return True


class LoginThrottleContract:
    """Subclasses provide the fixture ``guessing``."""

    async def test_a_few_tries_are_free_and_then_there_is_a_wait(self, guessing: Guessing) -> None:
        assert [await guessing.may() for _ in range(FREE + 2)] == [True] * (FREE + 1) + [False]

    async def test_of_many_tries_at_once_no_more_pass(self, guessing: Guessing) -> None:
        await asyncio.gather(*(guessing.may(f"warms up {n}") for n in range(100)))
        passed = await asyncio.gather(*(guessing.may() for _ in range(100)))
        assert passed.count(True) == FREE + 1

    async def test_the_wait_is_told_and_grows(self, guessing: Guessing) -> None:
        for wait_s in WAITS_S[:LONG]:
            assert await guessing.may()
            await guessing.let_pass(wait_s)
        for wait_s in WAITS_S[LONG:]:
            assert await guessing.may()
            with pytest.raises(TooManyAttempts) as refusal:
                await guessing.attempts.begin("ann")
            assert wait_s * 0.6 < refusal.value.retry_after_s <= wait_s
            await guessing.let_pass(wait_s)

    async def test_a_refused_try_does_not_count(self, guessing: Guessing) -> None:
        for _ in range(FREE + 1):
            assert await guessing.may()
        for wait_s in WAITS_S[FREE + 1 : LONG + 1]:
            await guessing.let_pass(wait_s)
            assert await guessing.may()
        for _ in range(20):
            assert not await guessing.may()
        await guessing.let_pass(WAITS_S[LONG])
        assert await guessing.may()

    async def test_a_right_one_clears_the_count(self, guessing: Guessing) -> None:
        for _ in range(3):
            for _ in range(FREE):
                assert await guessing.may()
            await guessing.attempts.forget("ann")

    async def test_names_are_counted_apart(self, guessing: Guessing) -> None:
        for _ in range(FREE + 1):
            assert await guessing.may("ann")
        assert await guessing.may("eve")

    def test_waits_double_up_to_a_quarter_of_an_hour(self) -> None:
        assert WAITS_S == (0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
