"""
Every route as everybody: who may not is refused at the door, for the reason that the table of routes gives.

Nothing here decides by a route's name; what is added to the table is tried as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from domain.accounts.investor import AccountNotActive
from domain.accounts.roles import Role, Scope
from domain.ids import InvestorId, ProcessId
from domain.processes.facts.accounts import AccountFrozen
from entrypoints.http.access import Access
from entrypoints.http.openapi.examples import BODIES
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES
from tests.component.conftest import Serve
from tests.component.investor import Client, Investor
from tests.component.principals import USELESS, create_principals, key
from tests.support.world import World

Refusal = tuple[int, str]

NO_PROOF, NO_ROLE, NO_SCOPE = (401, "ERR_2003"), (403, "ERR_2101"), (403, "ERR_2102")
NOT_FRESH, NO_PERSON, FROZEN = (403, "ERR_2103"), (403, "ERR_2104"), (403, "ERR_2105")
DOOR = {NO_PROOF, NO_ROLE, NO_SCOPE, NOT_FRESH, NO_PERSON}

ROLES = {Access.SUPPORT: {Role.SUPPORT, Role.ADMIN}, Access.ADMIN: {Role.ADMIN}}
"""Who of the persons may; elsewhere all of them."""

NOTHING = "00000000-0000-7000-8000-ffffffffffff"
SHARED = {"/v1/assets", "/v1/baskets"}
"""What is everybody's."""

GUARDED = [route for route in ROUTES if route.access.needs_caller]
OPEN = [route for route in ROUTES if not route.access.needs_caller]
OWN = [route for route in GUARDED if route.access not in ROLES]
BEGINNING = [route for route in OWN if AccountNotActive in route.contract.refuses]


def collection(route: Route) -> str:
    """The path up to the name in it."""
    return route.path.partition("/{")[0]


OWNED = [route for route in OWN if "{" in route.path and collection(route) not in SHARED]


def title(route: Route) -> str:
    return f"{route.method} {route.path}"


def expected(route: Route) -> Iterator[tuple[str, Refusal | None]]:
    """What becomes of everybody, from the row of the table alone; ``None``: they get in."""
    for name in USELESS:
        yield name, NO_PROOF
    for role in Role:
        may = role in ROLES.get(route.access, set(Role))
        yield role.value, None if may else NO_ROLE
        unproven = NOT_FRESH if route.step_up else None
        yield f"unproven {role.value}", unproven if may else NO_ROLE
    is_for_keys = route.access is Access.CALLER
    yield "key", None if is_for_keys else NO_PERSON
    for scope in Scope:
        lacking = NO_SCOPE if scope is route.scope else None
        yield f"key without {scope.value}", lacking if is_for_keys else NO_PERSON


async def at_the_door(client: Client, route: Route, headers: Mapping[str, str]) -> Refusal | None:
    """With which refusal of the door the route is answered, if any."""
    status, code = await ask(client, route, headers)
    return (status, code) if (status, code) in DOOR else None


async def ask(
    client: Client,
    route: Route,
    headers: Mapping[str, str],
    *,
    name: str = NOTHING,
    body: object = None,
) -> Refusal:
    """The status, and the code of a refusal."""
    path = re.sub(r"\{\w+\}", name, route.path)
    sent = (body or {}) if route.contract.takes is not None else None
    response = await client.request(
        route.method, path, json=sent, headers={"Idempotency-Key": "k-1", **headers}
    )
    is_problem = response.content_type == "application/problem+json"
    problem = await response.json() if is_problem and route.method != "HEAD" else {}
    return response.status, problem.get("code", "")


@pytest.mark.parametrize("route", GUARDED, ids=title)
async def test_who_may_not_is_refused_and_who_may_gets_in(
    serve: Serve, world: World, route: Route
) -> None:
    client = await serve(world.app, clock=world.clock)
    principals = await create_principals(world)
    found = {
        name: await at_the_door(client, route, principals.headers(name))
        for name, _ in expected(route)
    }
    assert found == dict(expected(route))
    assert found.keys() == principals.tokens.keys(), "somebody has not tried"


@pytest.mark.parametrize("route", OPEN, ids=title)
async def test_what_needs_no_caller_asks_nobody_who_they_are(
    serve: Serve, world: World, route: Route
) -> None:
    client = await serve(world.app, clock=world.clock)
    principals = await create_principals(world)
    found = {
        name: await at_the_door(client, route, principals.headers(name))
        for name in principals.tokens
    }
    assert set(found.values()) == {None}


def test_routes_of_every_kind_of_caller_were_tried() -> None:
    assert {route.access for route in ROUTES} >= {
        Access.EVERYBODY,
        Access.PROVIDER,
        Access.CALLER,
        Access.PERSON,
    }
    assert {route.scope for route in GUARDED if route.access is Access.CALLER} == set(Scope)
    assert any(route.step_up for route in GUARDED)
    assert not [route for route in OPEN if route.step_up or route.scope is not Scope.READ]


async def everything_of(ada: Investor) -> Mapping[str, str]:
    """An id of each thing that can be an investor's own, by the path of its collection."""
    await ada.funded("5000.00")
    deposit = await ada.post("/v1/deposits", {"chain": "polygon", "amount": "10.00"})
    (session,) = (await ada.get("/v1/auth/sessions"))["items"]
    (address,) = (await ada.get("/v1/payout-addresses"))["items"]
    sent = {"amount": "20.00", "chain": "polygon", "destination": address["address"]}
    withdrawal = await ada.post("/v1/withdrawals", sent)
    order = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1"}
    placed = await ada.post("/v1/orders", order)
    made = await ada.post("/v1/api-keys", {"name": "mine", "scopes": ["read"]})
    return {
        "/v1/deposits": deposit["id"],
        "/v1/withdrawals": withdrawal["id"],
        "/v1/orders": placed["id"],
        "/v1/trails": placed["id"],
        "/v1/payout-addresses": address["id"],
        "/v1/api-keys": made["id"],
        "/v1/auth/sessions": session["id"],
    }


@pytest.mark.parametrize("route", OWNED, ids=title)
async def test_what_is_somebody_elses_is_not_there(
    ada: Investor, eve: Investor, route: Route
) -> None:
    name = (await everything_of(ada))[collection(route)]
    await (await (await eve.logged_in()).protected()).stepped_up()
    assert (await ask(eve.client, route, eve.headers, name=name))[0] == 404
    if route.access is Access.CALLER:
        of_eve = await key(eve.world, await owner_of(eve), *Scope)
        shown = {"Authorization": f"Bearer {of_eve}"}
        assert (await ask(eve.client, route, shown, name=name))[0] == 404
    assert (await ask(ada.client, route, ada.headers, name=name))[0] in route.contract.gives


@pytest.mark.parametrize("route", BEGINNING, ids=title)
async def test_a_frozen_account_begins_nothing(ada: Investor, route: Route) -> None:
    body = next(iter(BODIES[route.contract.takes].values()))
    await ready_for(ada, body)
    owner = await owner_of(ada)
    shown = {"Authorization": f"Bearer {await key(ada.world, owner, *Scope)}"}
    await ada.world.app.processes.apply(ProcessId(owner), AccountFrozen(reason="asked"))
    assert await ask(ada.client, route, ada.headers, body=body) == FROZEN
    if route.access is Access.CALLER:
        shown |= {"Idempotency-Key": "k-2"}
        assert await ask(ada.client, route, shown, body=body) == FROZEN


@pytest.mark.parametrize("route", [r for r in OWN if r.method == "GET"], ids=title)
async def test_a_frozen_account_can_look(ada: Investor, route: Route) -> None:
    await ada.logged_in()
    await ada.world.app.processes.apply(
        ProcessId(await owner_of(ada)), AccountFrozen(reason="asked")
    )
    status, _ = await ask(ada.client, route, ada.headers)
    assert status in {200, 404}


async def ready_for(ada: Investor, body: Mapping[str, str]) -> None:
    """Somebody for whom nothing but being frozen stands against the request."""
    match body:
        case {"given_name": _}:
            await ada.logged_in()
        case {"chain": _, **others} if not others:
            await ada.onboarded()
        case {"destination": str(destination)}:
            await (await ada.funded("5000.00")).may_withdraw_to(destination)
        case _:
            await ada.funded("5000.00")


async def owner_of(somebody: Investor) -> InvestorId:
    authorization = somebody.headers["Authorization"]
    token = authorization.partition(" ")[2]
    return (await somebody.world.app.sessions.caller(token)).investor_id
