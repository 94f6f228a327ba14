"""How often a caller may call, and what an answer says about it."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import attrs
import pytest
from structlog.testing import capture_logs

from adapters.memory.clock import ManualClock
from adapters.memory.rate_limiter import InMemoryRateLimiter
from entrypoints.http.access import Access
from entrypoints.http.middleware.rate_limiting import HEADERS
from entrypoints.http.rate_limits import Quota
from entrypoints.http.routes import ROUTES
from entrypoints.settings import Allowance, LimitSettings
from tests.component.conftest import Serve
from tests.component.investor import PASSWORD, Investor
from tests.component.stub_app import BEARER, LIMITS, SETTINGS, an_application
from tests.support.world import World

TWO = Allowance(calls=2, window_s=60)
CREDENTIALS = {"email": "ada@example.org", "password": PASSWORD}


def limits(**allowances: Allowance) -> LimitSettings:
    return attrs.evolve(LIMITS, **allowances)


async def test_every_answer_of_a_counted_route_says_where_its_caller_stands(serve: Serve) -> None:
    client = await serve(limits=limits(reads=TWO))
    response = await client.get("/v1/assets", headers=BEARER)
    assert {name: response.headers[name] for name in HEADERS} == {
        "RateLimit": '"reads";r=1;t=60',
        "RateLimit-Policy": '"reads";q=2;w=60',
        "X-RateLimit-Limit": "2",
        "X-RateLimit-Remaining": "1",
        "X-RateLimit-Reset": "60",
    }
    missing = await client.get("/v1/assets/NONE", headers=BEARER)
    assert (missing.status, missing.headers["X-RateLimit-Remaining"]) == (404, "0")


async def test_one_call_too_many_is_a_problem_that_says_when_to_come_back(serve: Serve) -> None:
    clock = ManualClock()
    app = an_application(limiter=InMemoryRateLimiter(clock))
    client = await serve(app, limits=limits(reads=TWO))
    for _ in range(2):
        await client.get("/v1/assets", headers=BEARER)
        clock.advance(10)
    refused = await client.get("/v1/assets", headers=BEARER)
    body = await refused.json()
    assert (refused.status, body["code"], body["retryable"]) == (429, "ERR_1004", True)
    assert refused.headers["Retry-After"] == refused.headers["X-RateLimit-Reset"] == "40"
    assert refused.headers["RateLimit"] == '"reads";r=0;t=40'
    clock.advance(40)
    assert (await client.get("/v1/assets", headers=BEARER)).status == 200


async def test_of_500_simultaneous_calls_exactly_50_pass(serve: Serve) -> None:
    client = await serve(limits=limits(reads=Allowance(calls=50, window_s=60)))

    async def call() -> int:
        async with client.get("/v1/assets", headers=BEARER) as response:
            return response.status

    statuses = await asyncio.gather(*(call() for _ in range(500)))
    assert sorted(statuses) == [200] * 50 + [429] * 450


async def test_one_callers_calls_are_not_counted_against_another(serve: Serve) -> None:
    world = World()
    client = await serve(world.app, clock=world.clock, limits=limits(reads=TWO))
    ada = await Investor(client, world).logged_in()
    eve = await Investor(client, world, email="eve@example.org").logged_in()
    asked = [(await who.ask("GET", "/v1/wallets"))[0] for who in (ada, ada, ada, eve)]
    assert asked == [200, 200, 429, 200]


async def test_reads_and_writes_are_counted_apart(serve: Serve, world: World) -> None:
    client = await serve(world.app, clock=world.clock, limits=limits(money=TWO, trading=TWO))
    ada = await Investor(client, world).with_wallet()
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "1.00"}
    deposit = {"chain": "polygon", "amount": "5.00"}
    assert [(await ada.ask("POST", "/v1/deposits", deposit))[0] for _ in range(2)] == [201, 429]
    assert [(await ada.ask("POST", "/v1/orders", order))[0] for _ in range(3)] == [422, 422, 429]
    assert (await ada.ask("GET", "/v1/deposits"))[0] == 200


async def test_whoever_has_not_logged_in_is_counted_by_address(serve: Serve, ada: Investor) -> None:
    client = await serve(ada.world.app, limits=limits(auth=TWO))
    statuses = []
    for number in range(3):
        wrong = CREDENTIALS | {"email": f"somebody{number}@example.org"}
        statuses.append((await client.post("/v1/auth/login", json=wrong)).status)
    assert statuses == [401, 401, 429]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
async def test_another_address_in_a_header_buys_no_further_try(serve: Serve, header: str) -> None:
    world = World()
    client = await serve(world.app, clock=world.clock, limits=limits(auth=TWO))
    statuses = []
    for number in range(4):
        headers = {header: f"198.51.100.{number}"}
        response = await client.post("/v1/auth/login", json=CREDENTIALS, headers=headers)
        statuses.append(response.status)
    assert statuses == [401, 401, 429, 429]


async def test_behind_a_trusted_proxy_clients_are_told_apart(serve: Serve) -> None:
    world = World()
    settings = attrs.evolve(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    client = await serve(world.app, clock=world.clock, limits=limits(auth=TWO), settings=settings)

    async def try_from(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return (await client.post("/v1/auth/login", json=CREDENTIALS, headers=headers)).status

    asked = [await try_from(address) for address in ["198.51.100.1"] * 3 + ["198.51.100.2"]]
    assert asked == [401, 401, 429, 401]
    spoofed = [await try_from(f"203.0.113.{n}, 198.51.100.2") for n in range(3)]
    assert spoofed == [401, 429, 429]


async def test_health_and_webhooks_are_not_counted(serve: Serve) -> None:
    one = Allowance(calls=1, window_s=60)
    strict = LimitSettings(auth=one, trading=one, money=one, reads=one)
    client = await serve(limits=strict)
    for _ in range(3):
        response = await client.get("/health/liveness")
        assert (response.status, "RateLimit" in response.headers) == (200, False)
        heard = await client.post("/v1/webhooks/circle", json={})
        assert (heard.status, "RateLimit" in heard.headers) == (200, False)


async def test_without_a_counter_reads_pass_and_are_counted_as_such(serve: Serve) -> None:
    limiter = InMemoryRateLimiter(ManualClock())
    limiter.is_away = True
    client = await serve(an_application(limiter=limiter), limits=limits(reads=TWO))
    with capture_logs() as lines:
        answers = [await client.get("/v1/assets", headers=BEARER) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert answers[0].headers["RateLimit-Policy"] == '"reads";q=2;w=60'
    assert "RateLimit" not in answers[0].headers
    warned = [line for line in lines if line["event"] == "limits.uncounted"]
    assert [(w["counter"], w["quota"], w["passed"], w["log_level"]) for w in warned] == [
        (1, "reads", True, "warning"),
        (2, "reads", True, "warning"),
        (3, "reads", True, "warning"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/auth/login", CREDENTIALS),
        ("POST", "/v1/withdrawals", {}),
        ("POST", "/v1/wallets", {"chain": "polygon"}),
        ("POST", "/v1/orders", {}),
        ("DELETE", "/v1/orders/11111111-1111-7111-8111-111111111111", None),
    ],
)
async def test_without_a_counter_nobody_logs_in_and_no_money_moves(
    serve: Serve, world: World, method: str, path: str, body: Any
) -> None:
    client = await serve(world.app, clock=world.clock)
    ada = await (await Investor(client, world).logged_in()).protected()
    await ada.stepped_up()
    world.limiter.is_away = True
    response = await client.request(method, path, json=body, headers=ada.headers)
    problem = await response.json()
    assert (response.status, problem["code"]) == (503, "ERR_7101")
    assert problem["retryable"] is True
    assert int(response.headers["Retry-After"]) >= 1


def test_only_health_and_what_is_signed_go_uncounted() -> None:
    uncounted = [route for route in ROUTES if route.quota is Quota.UNCOUNTED]
    assert all(
        route.access is Access.PROVIDER
        or route.path.startswith("/health/")
        or route.method == "HEAD"
        for route in uncounted
    )


def test_what_changes_something_does_not_pass_uncounted() -> None:
    changing = [route for route in ROUTES if route.method not in {"GET", "HEAD"}]
    assert [route for route in changing if route.quota.passes_uncounted] == []
