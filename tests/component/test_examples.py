"""The examples in the document work as they stand."""

from __future__ import annotations

from typing import Any

import pytest

from domain.trading.instrument import Basket, Component
from entrypoints.http.access import Access
from entrypoints.http.openapi.examples import BODIES
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES
from tests.component.conftest import Serve
from tests.component.investor import PASSCODE, PASSWORD, Investor
from tests.support.world import World

FOR_STAFF = {Access.SUPPORT, Access.ADMIN}
"""Whose examples are tried in test_admin_examples.py."""

TAKING = [r for r in ROUTES if r.contract.takes in BODIES and r.access not in FOR_STAFF]
CASES = [
    pytest.param(route, body, id=f"{route.path} {name}")
    for route in TAKING
    for name, body in BODIES[route.contract.takes].items()
]
BIG_TECH = Basket(
    id="big-tech",
    name="Big Tech",
    description="Two of them.",
    components=(
        Component(symbol="AAPL", weight_bps=6000),
        Component(symbol="MSFT", weight_bps=4000),
    ),
)


@pytest.fixture
def world() -> World:
    return World(baskets=(BIG_TECH,))


@pytest.mark.parametrize(("route", "body"), CASES)
async def test_an_example_of_a_body_works(  # noqa: C901 - one case for each beginning
    serve: Serve, world: World, route: Route, body: dict[str, Any]
) -> None:
    ann = Investor(await serve(world.app, clock=world.clock), world, email="ann@example.com")
    match route.path:
        case "/v1/auth/register" | "/v1/auth/verification" | "/v1/auth/password/forgot":
            pass
        case "/v1/auth/verify":
            await ann.post("/v1/auth/register", {"email": ann.email, "password": PASSWORD})
            await world.run_jobs()
            body |= {"token": world.token_to(ann.email)}
        case "/v1/auth/password/reset":
            await ann.logged_in()
            await ann.post("/v1/auth/password/forgot", {"email": ann.email})
            await world.run_jobs()
            body |= {"token": world.token_to(ann.email)}
        case "/v1/auth/login":
            await ann.logged_in()
        case "/v1/onboarding" | "/v1/auth/password":
            await ann.logged_in()
        case "/v1/auth/passcode" | "/v1/auth/authenticator":
            await ann.logged_in()
        case "/v1/auth/authenticator/confirm":
            offer = await (await ann.logged_in()).post(
                "/v1/auth/authenticator", {"password": PASSWORD}
            )
            ann.secret = offer["secret"]
            body = {"code": ann.shown()}
        case "/v1/auth/step-up":
            await (await ann.logged_in()).protected()
            body |= {"passcode": PASSCODE, "code": ann.recovery_codes[0]}
        case "/v1/withdrawals":
            await (await ann.funded("500.00")).may_withdraw_to(body["destination"])
        case "/v1/auth/deactivate":
            await (await (await ann.logged_in()).protected()).stepped_up()
        case "/v1/auth/refresh":
            await ann.logged_in()
            body = dict.fromkeys(body, ann.refresh_token)
        case _:
            await ann.funded("500.00")
    status, answer = await ann.ask(route.method, route.path, body)
    assert status in route.contract.gives, answer


def test_every_body_has_an_example() -> None:
    taking = {r.contract.takes for r in ROUTES} - {None, Any}
    assert taking == set(BODIES)
