"""One key, one effect: however many ask at once, and whatever dies before it has answered."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import aiohttp
import pytest

from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.databases import Databases
from tests.support.stack import HTTP, Stack, stack_on

AT_ONCE = 200
ORDER = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1.00"}
ORDERS_OF = "processes WHERE kind = 'Order' AND investor_id = $1"


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack for these tests alone, whose API may be killed."""
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server) as running:
        yield running


async def test_of_two_hundred_requests_under_one_key_one_has_an_effect(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    key = secrets.token_hex(8)
    answers = await asyncio.gather(
        *(ann.api.post("/v1/orders", ORDER, key=key) for _ in range(AT_ONCE))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await books.count(ORDERS_OF, ann.id) == 1
    assert (await books.balances(ann.id))["hold USD"] == "1.00"
    await ann.api.post(f"/v1/orders/{answers[0]['id']}/cancel", {})
    await ann.reaches(f"/v1/orders/{answers[0]['id']}", "canceled")


async def test_a_request_whose_answer_died_with_the_api_gets_the_first_outcome(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    key = secrets.token_hex(8)
    asking = asyncio.create_task(ann.api.post("/v1/orders", ORDER, key=key))
    await until(lambda: books.count(ORDERS_OF, ann.id), lambda found: found == 1, what="the order")
    stack.kill(HTTP)
    await asyncio.wait([asking])
    stack.start(HTTP)
    stack.wait_ready(HTTP)

    again = await ann.api.post("/v1/orders", ORDER, key=key)
    assert again["stage"] == "reserved"
    assert await books.count(ORDERS_OF, ann.id) == 1
    if asking.exception() is None:
        assert again == asking.result()
    else:
        assert isinstance(asking.exception(), aiohttp.ClientError)
    await ann.api.post(f"/v1/orders/{again['id']}/cancel", {})
    await ann.reaches(f"/v1/orders/{again['id']}", "canceled")


async def test_another_investors_same_key_is_another_key(
    ann: Investor, eve: Investor, books: Books
) -> None:
    await asyncio.gather(ann.funded(), eve.funded())
    key = secrets.token_hex(8)
    anns, eves = await asyncio.gather(
        ann.api.post("/v1/orders", ORDER, key=key), eve.api.post("/v1/orders", ORDER, key=key)
    )
    assert anns["id"] != eves["id"]
    for somebody, order in ((ann, anns), (eve, eves)):
        assert await books.count(ORDERS_OF, somebody.id) == 1
        await somebody.api.post(f"/v1/orders/{order['id']}/cancel", {})
        await somebody.reaches(f"/v1/orders/{order['id']}", "canceled")
