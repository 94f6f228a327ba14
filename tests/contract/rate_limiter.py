"""What every rate limiter must do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import attrs

from ports.rate_limit import RateLimiter, Rule, Verdict

Pass = Callable[[float], Awaitable[None]]
FEW = Rule(name="few", limit=2, window_s=1000)
MANY = Rule(name="many", limit=50, window_s=60_000)
SLACK_S = 100
"""Real seconds that may pass beside those of a test."""


@attrs.frozen
class Limits:
    """A limiter, and the means to let seconds pass for it."""

    limiter: RateLimiter
    let_pass: Pass

    async def hit(self, rule: Rule = FEW, *, key: str = "ann") -> Verdict:
        return await self.limiter.hit(key, rule=rule)

    async def allowed(self, count: int, rule: Rule = FEW, *, key: str = "ann") -> int:
        """How many of so many simultaneous calls pass."""
        verdicts = await asyncio.gather(*(self.hit(rule, key=key) for _ in range(count)))
        return sum(verdict.allowed for verdict in verdicts)


class RateLimiterContract:
    """Subclasses provide the fixture ``limits``."""

    async def test_of_500_simultaneous_calls_exactly_the_limit_passes(self, limits: Limits) -> None:
        assert await limits.allowed(500, MANY) == 50
        assert await limits.allowed(500, MANY) == 0

    async def test_each_call_is_told_what_remains(self, limits: Limits) -> None:
        verdicts: Sequence[Verdict] = [await limits.hit() for _ in range(3)]
        assert [(v.allowed, v.remaining) for v in verdicts] == [(True, 1), (True, 0), (False, 0)]
        assert verdicts[0].reset_s == FEW.window_s
        assert all(0 <= FEW.window_s - v.reset_s <= SLACK_S for v in verdicts)

    async def test_the_reset_is_when_the_oldest_call_leaves_the_window(
        self, limits: Limits
    ) -> None:
        rule = Rule(name="one", limit=1, window_s=3000)
        assert (await limits.hit(rule)).reset_s == 3000
        await limits.let_pass(1200)
        assert 1800 - SLACK_S <= (await limits.hit(rule)).reset_s <= 1800

    async def test_the_window_slides(self, limits: Limits) -> None:
        assert await limits.allowed(1) == 1
        await limits.let_pass(600)
        assert await limits.allowed(2) == 1
        await limits.let_pass(600)
        assert await limits.allowed(2) == 1

    async def test_a_refused_call_does_not_extend_the_penalty(self, limits: Limits) -> None:
        assert await limits.allowed(2) == 2
        for _ in range(3):
            await limits.let_pass(300)
            assert await limits.allowed(5) == 0
        await limits.let_pass(300)
        assert await limits.allowed(5) == 2

    async def test_keys_are_independent(self, limits: Limits) -> None:
        assert await limits.allowed(3, key="ann") == 2
        assert await limits.allowed(3, key="eve") == 2

    async def test_rules_are_independent(self, limits: Limits) -> None:
        assert await limits.allowed(3) == 2
        assert await limits.allowed(1, MANY) == 1

    async def test_a_lowered_limit_counts_what_was_allowed_before(self, limits: Limits) -> None:
        assert await limits.allowed(5, Rule(name="changed", limit=5, window_s=6000)) == 5
        verdict = await limits.hit(Rule(name="changed", limit=3, window_s=6000))
        assert (verdict.allowed, verdict.remaining) == (False, 0)
