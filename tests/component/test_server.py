"""Serving: what is in flight is answered, what is new is not accepted, what is unreadable is not quoted."""

from __future__ import annotations

import asyncio
import os
import signal

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from entrypoints.serving import listening
from entrypoints.signals import stop_signals
from tests.component.wire import Door, mounted
from tests.support.waiting import LIMIT_S, eventually

SECRET = "eyJhbGciOi-secret"


def slow_app(began: asyncio.Event, *, until: asyncio.Event) -> web.Application:
    async def slow(_: web.Request) -> web.Response:
        began.set()
        await until.wait()
        return web.Response(text="done")

    app = web.Application()
    app.router.add_get("/slow", slow)
    return app


async def test_a_request_in_flight_is_answered_and_a_new_one_refused() -> None:
    began, is_refusing = asyncio.Event(), asyncio.Event()

    async def refused(port: int) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return True
        writer.transport.abort()
        return False

    async def let_go(port: int) -> None:
        await eventually(lambda: refused(port), "the closing of the door")
        is_refusing.set()

    async with aiohttp.ClientSession() as session:
        app = slow_app(began, until=is_refusing)
        async with listening(app, host="127.0.0.1", port=0, drain_s=LIMIT_S) as port:
            in_flight = asyncio.create_task(session.get(f"http://127.0.0.1:{port}/slow"))
            await began.wait()
            letting_go = asyncio.create_task(let_go(port))
        await letting_go
        assert await (await in_flight).text() == "done"


async def test_draining_has_a_limit() -> None:
    began = asyncio.Event()
    app = slow_app(began, until=asyncio.Event())
    async with aiohttp.ClientSession() as session, asyncio.timeout(LIMIT_S):
        async with listening(app, host="127.0.0.1", port=0, drain_s=0.1) as port:
            in_flight = asyncio.create_task(session.get(f"http://127.0.0.1:{port}/slow"))
            await began.wait()
        with pytest.raises(aiohttp.ClientError):
            await in_flight


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks_to_stop(number: signal.Signals) -> None:
    with stop_signals() as stop:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(LIMIT_S):
            await stop.wait()
        assert stop.is_set()


async def test_a_client_that_leaves_is_nobodys_defect() -> None:
    door = Door()
    head = "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with capture_logs() as lines:
        async with mounted(door=door) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
            await eventually(lambda: door.requests, "the request's beginning")
            writer.close()
            await writer.wait_closed()
            await door.is_empty()
    (line,) = [line for line in lines if line["event"] not in {"listening", "draining"}]
    assert (line["event"], line["log_level"], line["status"]) == ("request", "info", 400)


async def refused(headers: dict[str, str], *, body: bytes) -> int:
    async with (
        listening(web.Application(), host="127.0.0.1", port=0, drain_s=1) as port,
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/", headers=headers, data=body) as response,
    ):
        return response.status


async def test_an_unreadable_body_is_one_line_that_quotes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert 400 <= await refused({"Content-Encoding": "gzip"}, body=SECRET.encode()) < 500
    assert "unreadable request: " in caplog.text
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text
