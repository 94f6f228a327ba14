"""A client that sends bytes, for what no client library would send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.parser import BytesParser
from email.policy import HTTP
from functools import partial
from typing import Any, Self

import attrs
from aiohttp import web

from adapters.memory.clock import ManualClock
from entrypoints.application import Application
from entrypoints.http.app import create_app
from entrypoints.http.connection import Runner
from entrypoints.http.problems import CONTENT_TYPE
from entrypoints.serving import listening
from entrypoints.settings import ConnectionSettings, HttpSettings
from ports.clock import Clock
from tests.component.stub_app import LIMITS, SETTINGS, an_application
from tests.component.test_problems import shape_of
from tests.support.waiting import LIMIT_S, eventually

BETWEEN_PIECES_S = 0.01
"""At least; however late a piece comes, what the server makes of it is the same."""


@attrs.frozen(kw_only=True)
class Answer:
    """The first answer on a connection, and whatever came after it until it was closed."""

    status: int
    headers: dict[str, str]
    body: bytes
    rest: bytes = b""

    @classmethod
    def read(cls, sent: bytes) -> Self:
        head, _, body = sent.partition(b"\r\n\r\n")
        line, _, lines = head.partition(b"\r\n")
        headers = dict(BytesParser(policy=HTTP).parsebytes(lines + b"\r\n\r\n").items())
        length = int(headers.get("Content-Length", len(body)))
        return cls(
            status=int(line.split()[1]), headers=headers, body=body[:length], rest=body[length:]
        )

    def refused(self, *, status: int, code: str) -> dict[str, Any]:
        """The problem, which must be one like all others."""
        body = shape_of(self.body)
        assert (self.status, body["status"], body["code"]) == (status, status, code)
        assert self.headers["Content-Type"] == CONTENT_TYPE
        assert self.headers["X-Request-Id"] == body["request_id"]
        assert self.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in self.headers
        assert self.rest == b""
        return body


@attrs.define
class Door:
    """The connections of a server, from its own side."""

    _runner: web.AppRunner | None = None

    def run(self, app: web.Application, **options: Any) -> web.AppRunner:
        self._runner = Runner(app, **options)
        return self._runner

    @property
    def requests(self) -> int:
        """How many have begun so far."""
        return self._server.requests_count

    async def is_empty(self) -> None:
        """Return when no client is connected any more."""
        await eventually(
            lambda: all(each.transport is None for each in self._server.connections),
            "the end of every connection",
        )

    @property
    def _server(self) -> web.Server:
        assert self._runner is not None
        assert self._runner.server is not None
        return self._runner.server


@asynccontextmanager
async def mounted(
    application: Application | None = None,
    *,
    clock: Clock | None = None,
    settings: HttpSettings = SETTINGS,
    connections: ConnectionSettings = ConnectionSettings(),  # noqa: B008 - frozen
    door: Door | None = None,
) -> AsyncIterator[int]:
    """The whole API on a port of its own."""
    app = create_app(
        application or an_application(),
        probes=(),
        clock=clock or ManualClock(),
        settings=settings,
        limits=LIMITS,
    )
    runs = partial((door or Door()).run, settings=connections)
    async with listening(app, host="127.0.0.1", port=0, drain_s=1, runs=runs) as port:
        yield port


async def exchange(port: int, *pieces: bytes) -> Answer:
    """Send the pieces one by one, and read until the server closes."""
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(BETWEEN_PIECES_S)
            return Answer.read(await reader.read())
        finally:
            writer.transport.abort()
