"""An endpoint for webhooks, for tests, and the checks of a receiver."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.sandbox.circle_customer import CircleCustomer
from tests.support.waiting import LIMIT_S

SUBSCRIPTIONS = "/v2/notifications/subscriptions"


@attrs.frozen
class Message:
    """A webhook as it arrived."""

    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw)


@attrs.define(kw_only=True)
class Inbox:
    """An endpoint that keeps every message; the first ``refusals`` are answered with 500."""

    url: str = ""
    refusals: int = 0
    messages: list[Message] = attrs.field(factory=list)
    _arrived: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        self.messages.append(Message(dict(request.headers), await request.read()))
        self._arrived.set()
        self.refusals, is_refused = max(self.refusals - 1, 0), self.refusals > 0
        return web.Response(status=500 if is_refused else 200)

    async def until(self, wanted: Callable[[list[Message]], bool]) -> list[Message]:
        async with asyncio.timeout(LIMIT_S):
            while not wanted(self.messages):
                self._arrived.clear()
                await self._arrived.wait()
        return self.messages


@asynccontextmanager
async def open_inbox(*, refusals: int = 0) -> AsyncIterator[Inbox]:
    inbox = Inbox(refusals=refusals)
    app = web.Application()
    app.router.add_post("/hook", inbox.receive)
    server = TestServer(app)
    await server.start_server()
    try:
        inbox.url = str(server.make_url("/hook"))
        yield inbox
    finally:
        await server.close()


async def subscribe(circle: CircleCustomer, inbox: Inbox, *types: str) -> str:
    body = {"endpoint": inbox.url, **({"notificationTypes": types} if types else {})}
    reply = await circle.call("POST", SUBSCRIPTIONS, body)
    assert reply.status == 200
    return str(reply.data["id"])


async def verify(circle: CircleCustomer, message: Message, raw: bytes) -> None:
    key_id = message.headers["X-Circle-Key-Id"]
    data = (await circle.call("GET", f"/v2/notifications/publicKey/{key_id}")).data
    public = load_der_public_key(base64.b64decode(data["publicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(message.headers["X-Circle-Signature"])
    public.verify(signature, raw, ec.ECDSA(hashes.SHA256()))


def walk(messages: list[Message], kind: str) -> list[str]:
    """The reported states, in the order of the provider's own timestamps."""
    told = [each.body for each in messages if each.body["notificationType"] == kind]
    told.sort(key=lambda body: body["timestamp"])
    return [body["notification"]["state"] for body in told]
