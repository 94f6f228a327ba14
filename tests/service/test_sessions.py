"""Sessions by themselves: who gets in, for how long, and who no longer does."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.accounts.investor import InvalidCredentials, WeakPassword, WrongPassword
from domain.accounts.roles import Caller
from domain.accounts.session import (
    RACE_GRACE,
    REFRESH_LIFETIME,
    SESSIONS_MAX,
    InvalidRefreshToken,
    RefreshRaced,
    RefreshTokenReused,
    SessionNotFound,
)
from domain.ids import InvestorId, ProcessId
from domain.services.accounts.sessions import TokenPair
from ports.identity import InvalidToken
from tests.service.stories import CHAIN
from tests.support import builders as a
from tests.support.world import World

EMAIL, PASSWORD, BETTER = "ada@example.org", "correct horse battery", "a better horse battery"


@pytest.fixture
async def world() -> World:
    world = World()
    await world.join(" Ada@Example.org ", PASSWORD)
    return world


async def log_in(world: World, password: str = PASSWORD) -> TokenPair:
    return await world.app.sessions.log_in(email="ADA@example.org", password=password)


async def caller(world: World, pair: TokenPair) -> Caller:
    return await world.app.sessions.caller(pair.access_token)


async def is_in(world: World, pair: TokenPair) -> bool:
    try:
        await caller(world, pair)
    except InvalidToken:
        return False
    return True


async def test_a_registered_investor_can_log_in(world: World) -> None:
    ada = await caller(world, await log_in(world))
    assert await world.app.onboardings.email_of(ada.investor_id) == EMAIL


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "another password"), ("eve@example.org", PASSWORD)]
)
async def test_a_wrong_address_or_password_is_refused_alike(
    world: World, email: str, password: str
) -> None:
    with pytest.raises(InvalidCredentials):
        await world.app.sessions.log_in(email=email, password=password)


async def test_an_access_token_ends(world: World) -> None:
    pair = await log_in(world)
    world.advance(pair.expires_in_s)
    assert not await is_in(world, pair)


@pytest.mark.parametrize("token", ["", "nonsense", "someone|a|not a time"])
async def test_a_token_that_is_none_is_refused(world: World, token: str) -> None:
    with pytest.raises(InvalidToken):
        await world.app.sessions.caller(token)


async def test_a_token_of_anything_but_a_session_of_its_investor_is_refused(world: World) -> None:
    pair = await log_in(world)
    ada = await caller(world, pair)
    await world.app.onboardings.onboard(ada.investor_id, profile=a.profile())
    await world.run_jobs()
    wallet = await world.app.wallets.create(ada.investor_id, chain=CHAIN)
    assert ada.session_id is not None
    for forged in (
        pair.access_token.replace(ada.session_id, wallet.id),
        pair.access_token.replace(ada.investor_id, a.EVE),
    ):
        with pytest.raises(InvalidToken):
            await world.app.sessions.caller(forged)


async def test_a_session_goes_on_as_long_as_it_is_refreshed(world: World) -> None:
    first = await log_in(world)
    ada = await caller(world, first)
    pair = first
    for _ in range(3):
        world.advance(REFRESH_LIFETIME.total_seconds() - 1)
        pair = await world.app.sessions.refresh(pair.refresh_token)
        assert (await caller(world, pair)).session_id
    world.advance(REFRESH_LIFETIME.total_seconds())
    with pytest.raises(InvalidRefreshToken):
        await world.app.sessions.refresh(pair.refresh_token)
    assert await world.app.sessions.list(ada.investor_id) == []


async def test_a_token_used_again_ends_the_session_with_all_its_tokens(world: World) -> None:
    first = await log_in(world)
    second = await world.app.sessions.refresh(first.refresh_token)
    world.advance(RACE_GRACE.total_seconds())
    with pytest.raises(RefreshTokenReused):
        await world.app.sessions.refresh(first.refresh_token)
    for pair in (first, second):
        assert not await is_in(world, pair)
        with pytest.raises(InvalidRefreshToken):
            await world.app.sessions.refresh(pair.refresh_token)


async def test_of_twenty_exchanges_of_one_token_one_wins_and_the_session_goes_on(
    world: World,
) -> None:
    first = await log_in(world)
    outcomes = await asyncio.gather(
        *(world.app.sessions.refresh(first.refresh_token) for _ in range(20)),
        return_exceptions=True,
    )
    (pair,) = [outcome for outcome in outcomes if isinstance(outcome, TokenPair)]
    assert sum(isinstance(outcome, RefreshRaced) for outcome in outcomes) == 19
    assert await is_in(world, await world.app.sessions.refresh(pair.refresh_token))


async def test_what_was_never_given_out_is_no_refresh_token(world: World) -> None:
    pair = await log_in(world)
    for token in ("nonsense", pair.access_token):
        with pytest.raises(InvalidRefreshToken):
            await world.app.sessions.refresh(token)
    with pytest.raises(InvalidToken):
        await world.app.sessions.caller(pair.refresh_token)


async def test_logging_out_ends_one_session(world: World) -> None:
    here, there = await log_in(world), await log_in(world)
    await world.app.sessions.log_out(await caller(world, here))
    assert (await is_in(world, here), await is_in(world, there)) == (False, True)
    with pytest.raises(InvalidRefreshToken):
        await world.app.sessions.refresh(here.refresh_token)


async def test_a_session_is_revoked_by_its_investor_alone(world: World) -> None:
    pair = await log_in(world)
    ada = await caller(world, pair)
    assert ada.session_id is not None
    with pytest.raises(SessionNotFound):
        await world.app.sessions.revoke(a.EVE, ada.session_id)
    assert await is_in(world, pair)
    for _ in range(2):
        await world.app.sessions.revoke(ada.investor_id, ada.session_id)
        assert not await is_in(world, pair)


async def test_what_is_of_a_session_needs_one_that_is_known(world: World) -> None:
    ada = await caller(world, await log_in(world))
    unknown = attrs.evolve(ada, session_id=ProcessId("00000000-0000-7000-8000-00000000ffff"))
    with pytest.raises(SessionNotFound):
        await world.app.sessions.change_password(unknown, current=PASSWORD, new=BETTER)
    with pytest.raises(InvalidCredentials):
        await world.app.mfa.of(InvestorId(unknown.session))
    assert await is_in(world, await log_in(world))


async def test_the_oldest_session_makes_room(world: World) -> None:
    pairs = [await log_in(world) for _ in range(SESSIONS_MAX + 1)]
    assert [await is_in(world, pair) for pair in pairs] == [False] + [True] * SESSIONS_MAX


async def test_a_new_password_ends_every_other_session_and_replaces_the_old(world: World) -> None:
    here, *others = [await log_in(world) for _ in range(3)]
    ada = await caller(world, here)
    await world.app.sessions.change_password(ada, current=PASSWORD, new=BETTER)
    assert await is_in(world, here)
    for pair in others:
        assert not await is_in(world, pair)
        with pytest.raises(InvalidRefreshToken):
            await world.app.sessions.refresh(pair.refresh_token)
    with pytest.raises(InvalidCredentials):
        await log_in(world)
    assert await is_in(world, await log_in(world, BETTER))


async def test_no_session_begun_with_the_old_password_outlives_it(world: World) -> None:
    """However log-ins and the change fall together."""
    here = await log_in(world)
    ada = await caller(world, here)
    change = world.app.sessions.change_password(ada, current=PASSWORD, new=BETTER)
    *begun, changed = await asyncio.gather(
        *(log_in(world) for _ in range(5)), change, return_exceptions=True
    )
    assert changed is None
    pairs = [outcome for outcome in begun if isinstance(outcome, TokenPair)]
    assert [await is_in(world, pair) for pair in pairs] == [False] * len(pairs)
    assert await is_in(world, here)


async def test_a_session_begun_after_the_change_with_the_password_of_before_is_over_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await caller(world, await log_in(world))
    is_checked, is_changed = asyncio.Event(), asyncio.Event()
    matches = world.passwords.matches

    async def slow(password: str, password_hash: str | None) -> bool:
        found = await matches(password, password_hash)
        if not is_checked.is_set():
            is_checked.set()
            await is_changed.wait()
        return found

    monkeypatch.setattr(world.passwords, "matches", slow)
    logging_in = asyncio.create_task(log_in(world))
    await is_checked.wait()
    await world.app.sessions.change_password(ada, current=PASSWORD, new=BETTER)
    is_changed.set()
    stale = await logging_in
    assert not await is_in(world, stale)
    with pytest.raises(InvalidRefreshToken):
        await world.app.sessions.refresh(stale.refresh_token)
    assert len(await world.app.sessions.list(ada.investor_id)) == 1


async def test_changing_a_password_needs_the_old_one_and_a_strong_new_one(
    world: World,
) -> None:
    here, there = await log_in(world), await log_in(world)
    ada = await caller(world, here)
    with pytest.raises(WrongPassword):
        await world.app.sessions.change_password(ada, current=BETTER, new=BETTER)
    with pytest.raises(WeakPassword) as refusal:
        await world.app.sessions.change_password(ada, current=PASSWORD, new="short")
    assert refusal.value.field == "new_password"
    assert await is_in(world, there)
