"""Strangers flood the route of Circle's webhooks while the API restarts."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from adapters.circle.signing_keys import LOOKUPS_MAX
from tests.e2e.investor import newcomers
from tests.support.databases import Databases
from tests.support.stack import HTTP, Stack, stack_on

ROUTE = "/v1/webhooks/circle"
FLOOD = 3 * LOOKUPS_MAX


@pytest.fixture
def stack(databases: Databases, redis_server: str, tmp_path: Path) -> Iterator[Stack]:
    with stack_on(databases, folder=tmp_path, redis_url=redis_server) as running:
        yield running


async def _flood(stack: Stack) -> Counter[int]:
    statuses: Counter[int] = Counter()
    async with aiohttp.ClientSession(stack.url) as session:
        for number in range(FLOOD):
            headers = {"X-Circle-Key-Id": str(uuid.UUID(int=number)), "X-Circle-Signature": "bm8="}
            async with session.post(ROUTE, data=b"{}", headers=headers) as response:
                statuses[response.status] += 1
    return statuses


@pytest.mark.soak
@pytest.mark.situation(
    "The API restarts, and strangers send webhooks with invented ids of Circle's keys at once",
    must="few are judged, the others get a 503; Circle's own messages are taken, and a deposit arrives",
)
async def test_a_flood_after_a_restart_keeps_no_message_out(
    stack: Stack, was: Callable[[str], None]
) -> None:
    async with newcomers(stack) as (ann,):
        await ann.opened()
        await ann.walk.deposit()
        stack.kill(HTTP)
        stack.start(HTTP)
        stack.wait_ready(HTTP)
        statuses = await _flood(stack)
        await ann.walk.deposit()
    was(f"{dict(statuses)}, and the deposit arrived")
    assert statuses == {401: LOOKUPS_MAX, 503: FLOOD - LOOKUPS_MAX}
