"""Limits of money through the real processes: exact for many at once, and money over them waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.cli.api import ApiError
from tests.e2e.books import open_books
from tests.e2e.investor import Investor, newcomers
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on

AT_ONCE, ROOM_FOR = 50, 7
VARIABLES = {
    "STACK__TIERS__BASIC__DEPOSIT__DAY": "300.00",
    "STACK__TIERS__BASIC__TRADE__DAY": "35.00",
}
ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "5.00"}


@pytest.fixture
def limited(databases: Databases, redis_server: str, tmp_path: Path) -> Iterator[Stack]:
    """A stack in which little money may be moved."""
    with stack_on(
        databases, folder=tmp_path, redis_url=redis_server, variables=VARIABLES
    ) as running:
        yield running


async def _used(ann: Investor, activity: str) -> set[str]:
    found = await ann.api.get("/v1/limits")
    return {limit["used"]["value"] for limit in found["limits"] if limit["activity"] == activity}


async def test_no_limit_is_exceeded_however_many_ask_at_once(limited: Stack) -> None:
    async with (
        newcomers(limited) as (ann,),
        open_books(limited.dsn) as books,
        limited.sandbox() as sandbox,
    ):
        await ann.funded()
        assert await _used(ann, "deposit") == {"250.00"}

        asked = (ann.api.post("/v1/orders", ORDER) for _ in range(AT_ONCE))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        refusals = [answer for answer in answers if isinstance(answer, ApiError)]
        assert len(refusals) == AT_ONCE - ROOM_FOR
        assert Counter(_told(refusal) for refusal in refusals) == {
            ("ERR_5501", "trade", "day", "35.00"): AT_ONCE - ROOM_FOR
        }

        await ann.send("60.00")
        await ann.deposits("manual_review", "broker_funded")
        assert await _used(ann, "deposit") == {"250.00"}

        orders = (await ann.api.get("/v1/orders"))["items"]
        assert len(orders) == ROOM_FOR
        for order in orders:
            await ann.reaches(f"/v1/orders/{order['id']}", "filled")
        await books.agree(sandbox)


def _told(refusal: ApiError) -> tuple[Any, ...]:
    limit = refusal.problem["limit"]
    said = (limit["activity"], limit["period"], limit["limit"]["value"])
    return (refusal.problem["code"], *said)
