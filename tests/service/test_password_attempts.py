"""How often a password may be guessed, and what clears the count."""

from __future__ import annotations

import pytest

from domain.accounts.investor import InvalidCredentials, WrongPassword
from ports.login_throttle import FREE, MEMORY_S, WAITS_S, TooManyAttempts
from ports.rate_limit import RateLimiterUnavailable
from tests.service.test_sessions import BETTER, EMAIL, PASSWORD, caller, log_in
from tests.support.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.join(EMAIL, PASSWORD)
    return world


async def fail(world: World, email: str = EMAIL) -> None:
    with pytest.raises(InvalidCredentials):
        await world.app.sessions.log_in(email=email, password="wrong")


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
async def test_each_wrong_password_makes_the_wait_longer_for_any_address(
    world: World, email: str
) -> None:
    for _ in range(FREE):
        await fail(world, email)
    for wait_s in WAITS_S[FREE:]:
        await fail(world, email)
        with pytest.raises(TooManyAttempts) as refusal:
            await world.app.sessions.log_in(email=email, password=PASSWORD)
        assert refusal.value.retry_after_s == wait_s
        world.advance(wait_s)


async def test_the_right_password_clears_the_count_and_so_does_time(world: World) -> None:
    for _ in range(FREE):
        await fail(world)
    await log_in(world)
    for _ in range(FREE + 1):
        await fail(world)
    world.advance(MEMORY_S)
    for _ in range(FREE + 1):
        await fail(world)


async def test_wrong_current_passwords_count_too(world: World) -> None:
    ada = await caller(world, await log_in(world))
    for _ in range(FREE + 1):
        with pytest.raises(WrongPassword):
            await world.app.sessions.change_password(ada, current="wrong", new=BETTER)
    with pytest.raises(TooManyAttempts):
        await log_in(world)


async def test_who_cannot_be_counted_is_not_let_in(world: World) -> None:
    world.attempts.is_away = True
    with pytest.raises(RateLimiterUnavailable):
        await log_in(world)
