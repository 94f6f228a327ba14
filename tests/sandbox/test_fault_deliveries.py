"""Faults of webhooks: what arrives, how often, in which order, and how it is signed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.exceptions import InvalidSignature

from tests.sandbox.circle_inbox import Inbox, Message, open_inbox, subscribe, verify
from tests.sandbox.fault_client import FaultClient
from tests.sandbox.providers_client import ProvidersClient, open_sandbox


@attrs.frozen
class Subscriber:
    """A subscriber to deposits in a wallet."""

    faults: FaultClient
    inbox: Inbox
    wallet: dict[str, Any]

    async def arrival(self) -> None:
        await self.faults.providers.send(self.wallet["address"], "5")

    async def states(self, count: int) -> list[str]:
        """The reported states, in order of arrival."""
        found = await self.inbox.until(lambda messages: len(_arrivals(messages)) >= count)
        return [each.body["notification"]["state"] for each in _arrivals(found)]

    async def struck_by(self, fault: str) -> list[Any]:
        """The messages in the history that the fault struck."""
        _, history = await self.faults.control("GET", "/webhooks")
        return [each for each in history["deliveries"] if each["fault"] == fault]


def _arrivals(messages: list[Message]) -> list[Message]:
    return [each for each in messages if each.body["notificationType"] == "transactions.inbound"]


async def _open_subscriber(providers: ProvidersClient, inbox: Inbox) -> Subscriber:
    await subscribe(providers.circle, inbox, "transactions.inbound")
    return Subscriber(FaultClient(providers), inbox, await providers.circle.wallet())


@pytest.fixture
async def subscriber() -> AsyncIterator[Subscriber]:
    async with open_inbox() as inbox, open_sandbox(None) as providers:
        yield await _open_subscriber(providers, inbox)


async def test_a_dropped_message_is_in_the_history_and_can_be_sent_again(
    subscriber: Subscriber,
) -> None:
    await subscriber.faults.switch_on("circle-webhook-dropped")
    await subscriber.arrival()
    assert await subscriber.states(1) == ["CONFIRMED"]
    (dropped,) = await subscriber.struck_by("circle-webhook-dropped")
    assert (dropped["attempts"], dropped["delivered"]) == (0, False)
    await subscriber.faults.control("POST", f"/webhooks/{dropped['message_id']}/redeliver")
    assert await subscriber.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_duplicated_message_arrives_so_many_times_more(subscriber: Subscriber) -> None:
    await subscriber.faults.switch_on("circle-webhook-duplicated", action={"copies": 4})
    await subscriber.arrival()
    assert await subscriber.states(6) == ["CONFIRMED", *["COMPLETE"] * 5]
    ids = {each.body["notificationId"] for each in _arrivals(subscriber.inbox.messages)}
    assert len(ids) == 2


async def test_a_reordered_message_arrives_after_the_one_that_follows(
    subscriber: Subscriber,
) -> None:
    await subscriber.faults.switch_on("circle-webhook-reordered")
    await subscriber.arrival()
    assert await subscriber.states(2) == ["COMPLETE", "CONFIRMED"]


async def test_a_message_that_nothing_follows_is_not_held_for_ever(subscriber: Subscriber) -> None:
    match = {"body": {"notification.state": "COMPLETE"}}
    await subscriber.faults.switch_on("circle-webhook-reordered", match=match)
    await subscriber.arrival()
    assert await subscriber.states(1) == ["CONFIRMED"]
    await subscriber.faults.providers.advance(60)
    assert await subscriber.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_late_message_waits_for_the_sandboxs_clock(subscriber: Subscriber) -> None:
    await subscriber.faults.switch_on("circle-webhook-late", action={"delay_s": 3600})
    await subscriber.arrival()
    await subscriber.faults.providers.advance(3599 - 10)
    assert await subscriber.states(1) == ["CONFIRMED"]
    await subscriber.faults.providers.advance(11)
    assert await subscriber.states(2) == ["CONFIRMED", "COMPLETE"]


async def test_a_missigned_message_fits_no_key_and_the_same_sent_again_does(
    subscriber: Subscriber,
) -> None:
    await subscriber.faults.switch_on("circle-webhook-missigned")
    await subscriber.arrival()
    await subscriber.states(2)
    confirmed, wrong = _arrivals(subscriber.inbox.messages)
    circle = subscriber.faults.providers.circle
    await verify(circle, confirmed, confirmed.raw)
    with pytest.raises((InvalidSignature, ValueError)):
        await verify(circle, wrong, wrong.raw)
    message_id = wrong.body["notificationId"]
    await subscriber.faults.control("POST", f"/webhooks/{message_id}/redeliver")
    await subscriber.states(3)
    right = _arrivals(subscriber.inbox.messages)[-1]
    await verify(circle, right, right.raw)
    assert right.raw == wrong.raw


async def test_what_is_late_or_held_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with open_inbox() as inbox:
        async with open_sandbox(state) as providers:
            subscriber = await _open_subscriber(providers, inbox)
            await subscriber.faults.switch_on("circle-webhook-late", action={"delay_s": 100})
            await subscriber.faults.switch_on("circle-webhook-reordered", match={"nth": 1})
            await subscriber.arrival()
        async with open_sandbox(state) as providers:
            await providers.advance(200)
            subscriber = Subscriber(FaultClient(providers), inbox, subscriber.wallet)
            assert sorted(await subscriber.states(2)) == ["COMPLETE", "CONFIRMED"]
