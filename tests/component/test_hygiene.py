"""What browsers, caches and slow clients are told."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest
from structlog.testing import capture_logs

from adapters.memory.clock import ManualClock
from domain.trading.instrument import Instrument
from entrypoints.http.app import create_app
from entrypoints.serving import LINGERING_S, listening
from tests.component.conftest import Serve
from tests.component.stub_app import BEARER, LIMITS, SETTINGS, Listings, an_application
from tests.component.wire import Door, mounted
from tests.support.waiting import LIMIT_S

PAGE = "https://app.example.com"
OPEN = attrs.evolve(SETTINGS, cors_origins=(PAGE,))
PREFLIGHT = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}


class SlowListings(Listings):
    """An exchange that says when it was asked, and answers when it may."""

    def __init__(self) -> None:
        super().__init__("AAPL")
        self.may_answer = asyncio.Event()
        self.asked = asyncio.Event()
        self.answered = asyncio.Event()

    async def instruments(self) -> list[Instrument]:
        self.asked.set()
        await self.may_answer.wait()
        self.answered.set()
        return await super().instruments()


@pytest.mark.parametrize("path", ["/v1/assets", "/v1/baskets/none", "/v2", "/health/liveness"])
async def test_every_answer_is_safe_in_a_browser(serve: Serve, path: str) -> None:
    headers = (await (await serve()).get(path, headers=BEARER)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in headers


@pytest.mark.parametrize("path", ["/v1/assets", "/v1/nowhere", "/v1/wallets"])
async def test_nothing_under_v1_is_kept_by_a_cache(serve: Serve, path: str) -> None:
    response = await (await serve()).get(path)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("age_s", "said"), [(0, None), (600, "max-age=600")])
async def test_plain_http_is_forbidden_for_as_long_as_the_settings_say(
    serve: Serve, age_s: int, said: str | None
) -> None:
    client = await serve(settings=attrs.evolve(SETTINGS, hsts_max_age_s=age_s))
    response = await client.get("/health/liveness")
    assert response.headers.get("Strict-Transport-Security") == said


async def test_no_page_may_call_unless_it_is_known(serve: Serve) -> None:
    client = await serve()
    asked = await client.options("/v1/orders", headers=PREFLIGHT)
    called = await client.get("/v1/assets", headers={**BEARER, "Origin": PAGE})
    assert (asked.status, called.status) == (405, 200)
    for response in (asked, called):
        assert [name for name in response.headers if name.startswith("Access-Control")] == []


async def test_a_known_page_may_ask_and_call(serve: Serve) -> None:
    client = await serve(settings=OPEN)
    asked = await client.options("/v1/orders", headers=PREFLIGHT)
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, PAGE)
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST"
    assert "Idempotency-Key" in asked.headers["Access-Control-Allow-Headers"]
    called = await client.get("/v1/assets", headers={**BEARER, "Origin": PAGE})
    assert called.headers["Access-Control-Allow-Origin"] == PAGE
    assert "RateLimit" in called.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in called.headers


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", f"{PAGE}.evil.com", "*"])
async def test_another_page_may_not(serve: Serve, origin: str) -> None:
    client = await serve(settings=OPEN)
    asked = await client.options("/v1/orders", headers=PREFLIGHT | {"Origin": origin})
    called = await client.get("/v1/assets", headers={**BEARER, "Origin": origin})
    assert asked.status == 405
    for response in (asked, called):
        assert response.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_what_does_not_exist_cannot_be_asked_for(serve: Serve) -> None:
    client = await serve(settings=OPEN)
    assert (await client.options("/v1/nothing", headers=PREFLIGHT)).status == 404


async def test_a_request_that_takes_too_long_is_told_so(serve: Serve) -> None:
    settings = attrs.evolve(SETTINGS, request_timeout_s=0.05)
    listings = SlowListings()
    client = await serve(an_application(listings=listings), settings=settings)
    async with asyncio.timeout(LIMIT_S):
        response = await client.get("/v1/assets", headers=BEARER)
    problem: dict[str, Any] = await response.json()
    assert (response.status, problem["code"], problem["retryable"]) == (504, "ERR_1005", True)


async def test_a_time_limit_of_somebody_elses_is_not_taken_for_ours(serve: Serve) -> None:
    client = await serve(an_application(listings=Listings(failure=TimeoutError())))
    response = await client.get("/v1/assets", headers=BEARER)
    assert (response.status, (await response.json())["code"]) == (500, "ERR_1000")


async def test_a_client_that_sends_its_body_too_slowly_is_cut_off() -> None:
    settings = attrs.evolve(SETTINGS, body_timeout_s=0.1)
    app = create_app(
        an_application(), probes=(), clock=ManualClock(), settings=settings, limits=LIMITS
    )
    head = "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    async with (
        asyncio.timeout(LINGERING_S + LIMIT_S),
        listening(app, host="127.0.0.1", port=0, drain_s=1) as port,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"ERR_4008"' in answer


async def test_a_client_that_leaves_does_not_end_what_it_began() -> None:
    listings, door = SlowListings(), Door()
    request = f"GET /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: {BEARER['Authorization']}\r\n"
    with capture_logs() as lines:
        async with (
            asyncio.timeout(LIMIT_S),
            mounted(an_application(listings=listings), door=door) as port,
        ):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"{request}\r\n".encode())
            await listings.asked.wait()
            writer.transport.abort()
            await door.is_empty()
            listings.may_answer.set()
            await listings.answered.wait()
    assert {line["log_level"] for line in lines} == {"info"}
