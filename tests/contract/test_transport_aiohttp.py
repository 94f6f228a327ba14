"""What a real connection can do to a request, on this machine alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.http.message import Request
from adapters.http.session import open_session
from adapters.http.transport import AiohttpTransport
from adapters.resilience.policy import CallPolicy
from ports.errors import ProviderOutcomeUnknown, ProviderRejected, ProviderUnavailable
from tests.support.waiting import turns

QUICK = CallPolicy(attempt_timeout_s=0.1, stream_idle_s=0.1)
PATIENT = CallPolicy()


class Counterpart:
    """A provider that answers, hangs, hangs up or streams."""

    def __init__(self) -> None:
        self.calls = 0
        self.root = ""
        self.is_over = asyncio.Event()

    async def echo(self, request: web.Request) -> web.Response:
        self.calls += 1
        body = await request.read()
        return web.Response(body=body, headers={"X-Seen": request.headers.get("X-Sent", "")})

    async def hang(self, _: web.Request) -> web.Response:
        self.calls += 1
        await self.is_over.wait()
        return web.Response()

    async def hang_up(self, request: web.Request) -> web.Response:
        self.calls += 1
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def elsewhere(self, _: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/echo")

    async def lines(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for part in (b"data: o", b"ne\r\n\nda", b"ta: two\nunfinished"):
            await response.write(part)
            await turns()
        return response

    async def drained(self, request: web.Request) -> web.Response:
        peer = request.get_extra_info("peername")
        return web.Response(status=int(request.query["status"]), text=str(peer))

    async def flood(self, _: web.Request) -> web.Response:
        return web.Response(body=b"x" * 1000)

    async def refuse(self, _: web.Request) -> web.Response:
        return web.Response(status=403)


@pytest.fixture
async def provider() -> AsyncIterator[Counterpart]:
    counterpart = Counterpart()
    app = web.Application()
    for name in ("echo", "hang", "hang_up", "elsewhere", "lines", "flood", "refuse", "drained"):
        app.router.add_route("*", f"/{name}", getattr(counterpart, name))
    server = TestServer(app)
    await server.start_server()
    counterpart.root = str(server.make_url("")).rstrip("/")
    yield counterpart
    counterpart.is_over.set()
    await server.close()


@asynccontextmanager
async def over(policy: CallPolicy) -> AsyncIterator[AiohttpTransport]:
    async with open_session() as session:
        yield AiohttpTransport(session, policy=policy)


def post(url: str, *, is_safe: bool = False) -> Request:
    return Request(
        provider="p",
        operation="o",
        method="POST",
        url=url,
        headers={"X-Sent": "yes"},
        body=b"body",
        is_safe=is_safe,
    )


async def test_the_answer_comes_back_whole(provider: Counterpart) -> None:
    async with over(PATIENT) as transport:
        response = await transport.send(post(f"{provider.root}/echo"))
    assert (response.status, response.body) == (200, b"body")
    assert response.headers["x-seen"] == "yes"


async def test_a_refused_connection_was_never_sent(free_port: int) -> None:
    async with over(PATIENT) as transport:
        with pytest.raises(ProviderUnavailable):
            await transport.send(post(f"http://127.0.0.1:{free_port}/"))


@pytest.mark.parametrize("path", ["hang", "hang_up"])
async def test_no_answer_to_a_sent_request_is_an_unknown_outcome(
    provider: Counterpart, path: str
) -> None:
    async with over(QUICK) as transport:
        with pytest.raises(ProviderOutcomeUnknown):
            await transport.send(post(f"{provider.root}/{path}"))
    assert provider.calls == 1


@pytest.mark.parametrize("path", ["hang", "hang_up"])
async def test_no_answer_to_a_safe_request_is_harmless(provider: Counterpart, path: str) -> None:
    async with over(QUICK) as transport:
        with pytest.raises(ProviderUnavailable):
            await transport.send(post(f"{provider.root}/{path}", is_safe=True))


async def test_a_redirect_is_not_followed(provider: Counterpart) -> None:
    async with over(PATIENT) as transport:
        response = await transport.send(post(f"{provider.root}/elsewhere"))
    assert response.status == 307
    assert provider.calls == 0


async def test_a_stream_comes_as_complete_lines(provider: Counterpart) -> None:
    async with over(PATIENT) as transport:
        lines = [line async for line in transport.stream(post(f"{provider.root}/lines"))]
    assert lines == [b"data: one", b"", b"data: two"]


async def test_a_stream_that_falls_silent_ends_with_an_error(provider: Counterpart) -> None:
    async with over(QUICK) as transport:
        stream = transport.stream(post(f"{provider.root}/hang", is_safe=True))
        with pytest.raises(ProviderUnavailable):
            await anext(stream)


async def test_a_refused_stream_says_so(provider: Counterpart) -> None:
    async with over(PATIENT) as transport:
        stream = transport.stream(post(f"{provider.root}/refuse"))
        with pytest.raises(ProviderRejected):
            await anext(stream)


async def test_an_endless_answer_is_not_read_to_the_end(
    provider: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.http.transport.BODY_BYTES_MAX", 999)
    monkeypatch.setattr("adapters.http.transport.LINE_BYTES_MAX", 999)
    async with over(PATIENT) as transport:
        with pytest.raises(ProviderOutcomeUnknown):
            await transport.send(post(f"{provider.root}/flood"))
        with pytest.raises(ProviderOutcomeUnknown):
            await anext(transport.stream(post(f"{provider.root}/flood")))


@pytest.mark.situation(
    "A load balancer that is drained answers 503 on a connection that is kept",
    must="the connection is closed, and the next request goes where the name leads to by then",
)
@pytest.mark.parametrize(("status", "connections"), [(200, 1), (500, 1), (421, 3), (503, 3)])
async def test_not_here_costs_the_connection(
    provider: Counterpart, status: int, connections: int
) -> None:
    async with over(PATIENT) as transport:
        request = post(f"{provider.root}/drained?status={status}")
        peers = {(await transport.send(request)).body for _ in range(3)}
    assert len(peers) == connections
