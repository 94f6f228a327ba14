"""Circle's mail, taken out of the postman's hands: kept from the product, and delivered by a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
import orjson

from entrypoints.cli.api import Api, until
from tests.support.stack import Stack

SUBSCRIPTIONS = "/v2/notifications/subscriptions"
NOBODY = "http://127.0.0.1:9/nobody-listens-here"


@attrs.frozen(kw_only=True)
class Letter:
    """One signed notification, byte for byte."""

    body: bytes
    headers: dict[str, str]

    @property
    def content(self) -> Any:
        return orjson.loads(self.body)

    @property
    def state(self) -> str:
        return str(self.content["notification"]["state"])


@attrs.frozen
class Mail:
    """What Circle has sent to nobody."""

    _stack: Stack
    _sandbox: Api
    _client: aiohttp.ClientSession

    async def about(self, tx_hash: str, *, count: int = 2) -> Sequence[Letter]:
        """Every letter about one chain transaction, the first sent first, once there are ``count``."""

        async def found() -> Sequence[Letter]:
            recent = await self._sandbox.get("/sandbox/webhooks")
            return [
                Letter(body=delivery["body"].encode(), headers=delivery["headers"])
                for delivery in reversed(recent["deliveries"])
                if delivery["url"] == NOBODY and tx_hash in delivery["body"]
            ]

        letters: Sequence[Letter] = await until(
            found, lambda letters: len(letters) == count, what=f"{count} letters from Circle"
        )
        return letters

    async def deliver(self, letter: Letter) -> int:
        """Bring one letter to the product; how it answered."""
        url = f"{self._stack.url}/v1/webhooks/circle"
        async with self._client.post(url, data=letter.body, headers=letter.headers) as answer:
            return answer.status


@asynccontextmanager
async def intercepted(stack: Stack) -> AsyncIterator[Mail]:
    """Circle writes to nobody instead of to the product, until the block ends."""
    async with (
        stack.circle() as circle,
        stack.sandbox() as sandbox,
        aiohttp.ClientSession() as client,
    ):
        subscriptions = (await circle.get(SUBSCRIPTIONS))["data"]
        (ours,) = [each for each in subscriptions if each["endpoint"].startswith(stack.url)]
        await _enable(circle, ours, enabled=False)
        deaf = (await circle.post(SUBSCRIPTIONS, {"endpoint": NOBODY}))["data"]
        try:
            yield Mail(stack, sandbox, client)
        finally:
            await circle.call("DELETE", f"{SUBSCRIPTIONS}/{deaf['id']}", None)
            await _enable(circle, ours, enabled=True)


async def _enable(circle: Api, subscription: dict[str, Any], *, enabled: bool) -> None:
    path = f"{SUBSCRIPTIONS}/{subscription['id']}"
    await circle.call("PATCH", path, {"name": subscription["name"], "enabled": enabled})
