"""Who is slow, or one too many, is cut off; nobody else notices."""

from __future__ import annotations

import asyncio

import attrs
import pytest
from structlog.testing import capture_logs

from entrypoints.settings import ConnectionSettings
from tests.component.stub_app import SETTINGS
from tests.component.wire import Door, exchange, mounted
from tests.support.waiting import LIMIT_S, eventually

HEAD = b"GET /health/liveness HTTP/1.1\r\nHost: x\r\n"
TRICKLE_S = 2.0
"""A slow machine has sent all lines by then; who writes after being cut off may lose the answer."""
QUICK = ConnectionSettings(header_timeout_s=0.1, idle_timeout_s=5)


async def test_headers_that_trickle_in_are_cut_off() -> None:
    connections = attrs.evolve(QUICK, header_timeout_s=TRICKLE_S)
    async with mounted(connections=connections) as port:
        answer = await exchange(port, HEAD, *([b"X-A: 1\r\n"] * 8))
    answer.refused(status=408, code="ERR_1008")
    assert answer.headers["Connection"] == "close"


async def test_who_says_nothing_is_not_answered() -> None:
    async with mounted(connections=QUICK) as port, asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(("more", "idle_s"), [(b"", 0.3), (HEAD, LIMIT_S)])
async def test_an_idle_connection_ends_and_a_second_request_has_its_own_clock(
    more: bytes, idle_s: float
) -> None:
    connections = attrs.evolve(QUICK, idle_timeout_s=idle_s)
    async with mounted(connections=connections) as port, asyncio.timeout(LIMIT_S):
        answer = await exchange(port, HEAD + b"\r\n", more)
    assert answer.status == 200
    assert answer.rest.startswith(b"HTTP/1.1 408 " if more else b"")
    assert bool(answer.rest) == bool(more)


async def test_a_request_that_takes_longer_than_its_headers_may_is_answered() -> None:
    settings = attrs.evolve(SETTINGS, body_timeout_s=0.4)
    post = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    async with mounted(settings=settings, connections=QUICK) as port:
        sent = post + b"Connection: close\r\nContent-Length: 9\r\n\r\n"
        (await exchange(port, sent, b"{")).refused(status=408, code="ERR_4008")


async def test_one_connection_too_many_is_told_so_and_room_comes_again() -> None:
    with capture_logs() as lines:
        door = Door()
        connections = attrs.evolve(QUICK, most=1, header_timeout_s=LIMIT_S)
        async with mounted(connections=connections, door=door) as port:
            _, first = await asyncio.open_connection("127.0.0.1", port)
            answer = await exchange(port)
            answer.refused(status=503, code="ERR_1009")
            assert answer.headers["Retry-After"] == "2"
            first.transport.abort()
            await door.is_empty()
            again = await exchange(port, HEAD + b"Connection: close\r\n\r\n")
            assert again.status == 200
    assert [line["code"] for line in lines if line["log_level"] == "warning"] == ["ERR_1009"]


async def test_an_answer_that_is_not_fetched_does_not_keep_its_connection() -> None:
    door = Door()
    async with mounted(connections=attrs.evolve(QUICK, answer_timeout_s=0.1), door=door) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        many = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 8
        writer.write(many)
        await eventually(lambda: door.requests, "the first request's beginning")
        await door.is_empty()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            async with asyncio.timeout(LIMIT_S):
                await reader.readexactly(8 * 1_700_000)
        writer.transport.abort()
