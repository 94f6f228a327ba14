"""Faults of webhooks: what arrives, how often, in which order, and how it is signed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.exceptions import InvalidSignature

from tests.sandbox.circle_inbox import Inbox, Message, open_inbox, subscribe, verify
from tests.sandbox.fault_bench import Bench
from tests.sandbox.providers_client import ProvidersClient, open_sandbox


@attrs.frozen
class Post:
    """A subscriber to arrivals at a wallet."""

    bench: Bench
    inbox: Inbox
    wallet: dict[str, Any]

    async def arrival(self) -> None:
        await self.bench.providers.send(self.wallet["address"], "5")

    async def states(self, count: int) -> list[str]:
        """The states that arrived, in the order in which they did."""
        found = await self.inbox.until(lambda messages: len(_arrivals(messages)) >= count)
        return [each.body["notification"]["state"] for each in _arrivals(found)]

    async def told(self, fault: str) -> list[Any]:
        """What the history has of the messages that the fault struck."""
        _, history = await self.bench.control("GET", "/webhooks")
        return [each for each in history["deliveries"] if each["fault"] == fault]


def _arrivals(messages: list[Message]) -> list[Message]:
    return [each for each in messages if each.body["notificationType"] == "transactions.inbound"]


async def _open_post(providers: ProvidersClient, inbox: Inbox) -> Post:
    await subscribe(providers.circle, inbox, "transactions.inbound")
    return Post(Bench(providers), inbox, await providers.circle.wallet())


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with open_inbox() as inbox, open_sandbox(None) as providers:
        yield await _open_post(providers, inbox)


async def test_a_dropped_message_is_in_the_history_and_can_be_sent_again(post: Post) -> None:
    await post.bench.switch_on("circle-webhook-dropped")
    await post.arrival()
    assert await post.states(1) == ["CONFIRMED"]
    (dropped,) = await post.told("circle-webhook-dropped")
    assert (dropped["attempts"], dropped["delivered"]) == (0, False)
    await post.bench.control("POST", f"/webhooks/{dropped['message_id']}/redeliver")
    assert await post.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_duplicated_message_arrives_so_many_times_more(post: Post) -> None:
    await post.bench.switch_on("circle-webhook-duplicated", action={"copies": 4})
    await post.arrival()
    assert await post.states(6) == ["CONFIRMED", *["COMPLETE"] * 5]
    ids = {each.body["notificationId"] for each in _arrivals(post.inbox.messages)}
    assert len(ids) == 2


async def test_a_reordered_message_arrives_after_the_one_that_follows(post: Post) -> None:
    await post.bench.switch_on("circle-webhook-reordered")
    await post.arrival()
    assert await post.states(2) == ["COMPLETE", "CONFIRMED"]


async def test_a_message_that_nothing_follows_is_not_held_for_ever(post: Post) -> None:
    match = {"body": {"notification.state": "COMPLETE"}}
    await post.bench.switch_on("circle-webhook-reordered", match=match)
    await post.arrival()
    assert await post.states(1) == ["CONFIRMED"]
    await post.bench.providers.advance(60)
    assert await post.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_late_message_waits_for_the_sandboxs_clock(post: Post) -> None:
    await post.bench.switch_on("circle-webhook-late", action={"delay_s": 3600})
    await post.arrival()
    await post.bench.providers.advance(3599 - 10)
    assert await post.states(1) == ["CONFIRMED"]
    await post.bench.providers.advance(11)
    assert await post.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_missigned_message_fits_no_key_and_the_same_sent_again_does(post: Post) -> None:
    await post.bench.switch_on("circle-webhook-missigned")
    await post.arrival()
    await post.states(2)
    confirmed, wrong = _arrivals(post.inbox.messages)
    circle = post.bench.providers.circle
    await verify(circle, confirmed, confirmed.raw)
    with pytest.raises((InvalidSignature, ValueError)):
        await verify(circle, wrong, wrong.raw)
    message_id = wrong.body["notificationId"]
    await post.bench.control("POST", f"/webhooks/{message_id}/redeliver")
    await post.states(3)
    right = _arrivals(post.inbox.messages)[-1]
    await verify(circle, right, right.raw)
    assert right.raw == wrong.raw


async def test_what_is_late_or_held_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with open_inbox() as inbox:
        async with open_sandbox(state) as providers:
            post = await _open_post(providers, inbox)
            await post.bench.switch_on("circle-webhook-late", action={"delay_s": 100})
            await post.bench.switch_on("circle-webhook-reordered", match={"nth": 1})
            await post.arrival()
        async with open_sandbox(state) as providers:
            await providers.advance(200)
            post = Post(Bench(providers), inbox, post.wallet)
            assert sorted(await post.states(2)) == ["COMPLETE", "CONFIRMED"]
