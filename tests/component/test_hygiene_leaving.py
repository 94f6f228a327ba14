"""A client that leaves in the middle: what it asked for happens once or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

import orjson
import pytest
from structlog.testing import capture_logs

from tests.component.investor import Investor
from tests.component.wire import Answer, exchange, mounted
from tests.support.waiting import eventually, turns
from tests.support.world import World

ORDER = {"symbol": "VTI", "side": "buy", "type": "market", "notional": "20.00"}
BODY = orjson.dumps(ORDER)
TIMES = 5
UNTIL_DONE = None


def post(ada: Investor, *, key: str) -> bytes:
    token = ada.headers["Authorization"]
    return (
        f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
        f"Idempotency-Key: {key}\r\n\r\n"
    ).encode()


async def leave(port: int, sent: bytes, *, when: Awaitable[object]) -> None:
    """Send, wait for the moment and reset the connection without reading anything."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await when
    writer.transport.abort()


@pytest.mark.parametrize(
    ("part", "loop_turns"), [(1.0, 0), (1.0, 3), (1.0, 10), (1.0, UNTIL_DONE), (0.5, 0), (0.5, 10)]
)
async def test_who_leaves_before_the_answer_gets_it_under_the_same_key(
    ada: Investor, world: World, part: float, loop_turns: int | None
) -> None:
    await ada.funded()

    async def has_orders(count: int) -> bool:
        return len((await ada.get("/v1/orders"))["items"]) == count

    async def settled(port: int, sent: bytes) -> Answer | None:
        """None while what was begun under this key still goes on."""
        answer = await exchange(port, sent)
        return None if answer.status == 409 else answer

    with capture_logs() as lines:
        async with mounted(world.app, clock=world.clock) as port:
            for n in range(TIMES):
                when = (
                    eventually(partial(has_orders, n + 1), "the order")
                    if loop_turns is UNTIL_DONE
                    else turns(loop_turns)
                )
                sent = post(ada, key=f"key-{n}") + BODY[: int(len(BODY) * part)]
                await leave(port, sent, when=when)
            whole = [post(ada, key=f"key-{n}") + BODY for n in range(TIMES)]
            again = [await eventually(partial(settled, port, each)) for each in whole]
    assert [answer.status for answer in again] == [202] * TIMES
    ids = [orjson.loads(answer.body)["id"] for answer in again]
    orders = (await ada.get("/v1/orders"))["items"]
    assert sorted(order["id"] for order in orders) == sorted(ids)
    assert len(set(ids)) == TIMES
    assert {line["log_level"] for line in lines} == {"info"}
    if loop_turns is UNTIL_DONE:
        assert all("Idempotent-Replayed" in answer.headers for answer in again)


async def test_the_process_goes_on_after_many_have_left(ada: Investor, world: World) -> None:
    await ada.funded()
    async with mounted(world.app, clock=world.clock) as port:
        leaving = (
            leave(port, post(ada, key=f"key-{n}") + BODY[: n % 40], when=turns(0))
            for n in range(100)
        )
        await asyncio.gather(*leaving)
        answer = await exchange(port, post(ada, key="last") + BODY)
    assert answer.status == 202
    assert len((await ada.get("/v1/orders"))["items"]) == 1
