"""A broker that accepts and fills orders and reports nothing about them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp import web

from entrypoints.local.ports import LOOPBACK

TRADES = "/v2/events/trades"
LOOK_UP = "orders:by_client_order_id"
ONE_HOP = {"host", "content-length", "transfer-encoding", "connection"}
LOGIN = {"APCA-API-KEY-ID": "relay", "APCA-API-SECRET-KEY": "relay"}
PATIENCE_S = 30.0


@attrs.define
class SilentBroker:
    """Stands before ``alpaca`` and lets everything through but news of orders, which a relay reads."""

    url: str
    alpaca: str = ""
    _left: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == TRADES:
            return await self._silence(request)
        if request.path.endswith(LOOK_UP):
            return web.json_response({"code": 40410000, "message": "order not found"}, status=404)
        return await self._forward(request)

    async def fill_of(self, client_order_id: str, *, since: str) -> bytes:
        """The event of an order's fill, byte for byte as the stream has it."""
        async with (
            asyncio.timeout(PATIENCE_S),
            aiohttp.ClientSession(headers=LOGIN) as client,
            client.get(self.alpaca + TRADES, params={"since": since}) as stream,
        ):
            async for line in stream.content:
                field, _, body = line.strip().partition(b": ")
                if field == b"data" and _is_fill(orjson.loads(body), client_order_id):
                    return body
        raise AssertionError("the stream ended")

    def leave(self) -> None:
        """End the silence, so that whoever listens to it can go."""
        self._left.set()

    async def _silence(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await self._left.wait()
        return response

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        async with (
            aiohttp.ClientSession(auto_decompress=False) as client,
            client.request(
                request.method,
                self.alpaca + request.path_qs,
                data=await request.read(),
                headers=_passing(request.headers.items()),
                timeout=aiohttp.ClientTimeout(),
            ) as answer,
        ):
            headers = _passing(answer.headers.items())
            response = web.StreamResponse(status=answer.status, headers=headers)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            return response


def _passing(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in ONE_HOP}


def _is_fill(event: Any, client_order_id: str) -> bool:
    found: bool = (event["order"]["client_order_id"], event["event"]) == (client_order_id, "fill")
    return found


@asynccontextmanager
async def silent_broker(port: int) -> AsyncIterator[SilentBroker]:
    broker = SilentBroker(f"http://{LOOPBACK}:{port}")
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", broker.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        yield broker
    finally:
        broker.leave()
        await runner.cleanup()
