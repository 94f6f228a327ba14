"""Alpaca's events by way of a relay: the only way, since the broker of these tests says nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from adapters.system.clock import SystemClock
from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.e2e.silent_broker import SilentBroker, silent_broker
from tests.support.databases import Databases
from tests.support.relays import Relay
from tests.support.stack import Stack, stack_on

BUY = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
EVIDENCE = "SELECT verdict, body, headers FROM refused_deliveries ORDER BY received_at"
READ = "jobs WHERE payload ->> 'source' = 'alpaca' AND done_at IS NOT NULL"


@pytest.fixture
async def broker(free_port: int) -> AsyncIterator[SilentBroker]:
    async with silent_broker(free_port) as broker:
        yield broker


@pytest.fixture
async def stack(
    broker: SilentBroker, databases: Databases, redis_server: str, tmp_path: Any
) -> AsyncIterator[Stack]:
    """A stack that sees Alpaca through the silent broker."""
    variables = {"STACK__ALPACA__BASE_URL": broker.url}
    with stack_on(
        databases, folder=tmp_path, redis_url=redis_server, variables=variables
    ) as running:
        broker.alpaca = f"{running.sandbox_url}/alpaca"
        yield running


@pytest.fixture
def relay(stack: Stack) -> Relay:
    ((key_id, key),) = stack.settings().relay.keys.items()
    return Relay(SystemClock(), key_id, key)


async def push(stack: Stack, body: bytes, headers: Mapping[str, str]) -> tuple[int, str | None]:
    """The status, and the code of a refusal."""
    url = f"{stack.url}/v1/webhooks/alpaca"
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status, (await answer.json(content_type=None)).get("code")


async def test_an_order_is_filled_by_what_the_relay_pushes_and_by_nothing_forged(
    stack: Stack, broker: SilentBroker, relay: Relay, ann: Investor, books: Books
) -> None:
    await ann.funded()
    began = datetime.fromisoformat((await ann.sandbox.get("/sandbox/clock"))["now"])
    order = await ann.api.post("/v1/orders", BUY)
    path = f"/v1/orders/{order['id']}"
    fill = await broker.fill_of(f"{order['id']}:order:1", since=f"{began:%Y-%m-%dT%H:%M:%SZ}")

    forged, signature_headers = fill.replace(b"AAPL", b"MSFT"), relay.sign(fill)
    assert await push(stack, forged, signature_headers) == (401, "ERR_2051")
    assert await push(stack, fill, relay.sign(fill, off_by_s=-3600)) == (401, "ERR_2054")
    assert (await ann.api.get(path))["stage"] in {"reserved", "submitted", "accepted"}
    assert (await books.balances(ann.id))["hold USD"] == "60.00"

    outcomes = await asyncio.gather(*(push(stack, fill, signature_headers) for _ in range(10)))
    assert sorted(outcomes, key=str) == [(200, None), *[(409, "ERR_2055")] * 9]
    filled = await ann.reaches(path, "filled")
    assert filled["cost"]["value"] == "60.00"
    assert await push(stack, fill, relay.sign(fill)) == (200, None)
    await until(lambda: books.count(READ), lambda read: read == 1, what="the job of the message")
    assert await books.count("messages WHERE source = 'alpaca' AND body = $1", fill) == 1

    kept = await books.pool.fetch(EVIDENCE)
    assert [row["verdict"] for row in kept] == ["forged", "stale", *["replayed"] * 9]
    assert [row["body"] for row in kept] == [forged, *[fill] * 10]
    assert relay.key not in str(kept)
