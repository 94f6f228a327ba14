"""Callers of the API: people of every role, API keys, and callers whose credentials are worth nothing."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from domain.accounts.api_key import ApiKeyRequest
from domain.accounts.roles import Role, Scope
from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId
from domain.processes.accounts import sessions
from domain.processes.facts.accounts import (
    AccountDeactivated,
    RoleGiven,
    SessionLoggedOut,
    SteppedUp,
)
from domain.processes.facts.fact import Fact
from domain.services.accounts.sessions import TokenPair
from tests.component.investor import PASSWORD
from tests.support.world import World

LONG_S = 2 * 86_400.0
"""Longer than an access token and a key of one day are good, and shorter than a session lasts."""

USELESS = (
    *("nobody", "garbage", "expired", "refresh", "left", "closed"),
    *("garbage key", "expired key", "revoked key", "key of a closed account"),
)
"""Who has proven to be nobody."""


@attrs.frozen
class Principals:
    """What each of them shows, by name; ``None``: nothing."""

    world: World
    tokens: dict[str, str | None]

    def headers(self, name: str) -> Mapping[str, str]:
        token = self.tokens[name]
        return {} if token is None else {"Authorization": f"Bearer {token}"}


async def create_principals(world: World) -> Principals:
    """All of them, in a world without anybody else."""
    tokens: dict[str, str | None] = {"nobody": None, "garbage": "x" * 40}
    tokens["garbage key"] = f"stk_{'x' * 43}"
    early = await _join(world, "early")
    tokens["expired"] = (await _log_in(world, "early")).access_token
    tokens["expired key"] = await key(world, early, *Scope, days=1)
    world.clock.advance(LONG_S)
    tokens["refresh"] = (await _log_in(world, "early")).refresh_token
    tokens |= await _gone(world)
    tokens |= await _persons(world)
    tokens["key"] = await key(world, early, *Scope)
    for scope in Scope:
        tokens[f"key without {scope.value}"] = await key(world, early, *(set(Scope) - {scope}))
    return Principals(world, tokens)


async def key(world: World, owner: InvestorId, *scopes: Scope, days: int | None = None) -> str:
    """The text of a key of theirs."""
    terms = ApiKeyRequest(name="of a test", scopes=scopes, days=days)
    return (await world.app.api_keys.make(owner, terms)).text


async def _persons(world: World) -> Mapping[str, str]:
    tokens = {}
    for role in Role:
        owner = await _join(world, role.value)
        await _learn(world, ProcessId(owner), RoleGiven(role=role, reason="hired"))
        tokens[role.value] = await _proven(world, role.value)
        pair = await _log_in(world, role.value)
        tokens[f"unproven {role.value}"] = pair.access_token
    return tokens


async def _gone(world: World) -> Mapping[str, str]:
    """Whose proofs were good once."""
    closed = await _join(world, "closed")
    pair, of_closed = await _log_in(world, "closed"), await key(world, closed, *Scope)
    await _learn(world, ProcessId(closed), AccountDeactivated(reason="asked"))
    left = await _join(world, "left")
    gone, revoked = await _log_in(world, "left"), await key(world, left, *Scope)
    (known,) = await world.app.api_keys.list(left)
    await world.app.api_keys.revoke(left, known.id)
    await _learn(world, _session(world, gone), SessionLoggedOut())
    return {
        "closed": pair.access_token,
        "key of a closed account": of_closed,
        "left": gone.access_token,
        "revoked key": revoked,
    }


async def _proven(world: World, name: str) -> str:
    """The token of a session that has just stepped up."""
    pair = await _log_in(world, name)
    until = world.clock.now().replace(year=world.clock.now().year + 1)
    await _learn(world, _session(world, pair), SteppedUp(until=until))
    return pair.access_token


async def _join(world: World, name: str) -> InvestorId:
    return await world.join(_address(name), PASSWORD)


async def _log_in(world: World, name: str) -> TokenPair:
    return await world.app.sessions.log_in(email=_address(name), password=PASSWORD)


def _session(world: World, pair: TokenPair) -> ProcessId:
    return world.database.names[sessions.name_of(token_digest(pair.refresh_token))]


async def _learn(world: World, process_id: ProcessId, fact: Fact) -> None:
    await world.app.processes.apply(process_id, fact)


def _address(name: str) -> str:
    return f"{name}@example.org"
