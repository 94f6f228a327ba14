from __future__ import annotations

from typing import Any

import orjson
import pytest

from adapters.alpaca.feeds import (
    AlpacaAccountFeed,
    AlpacaFeed,
    AlpacaJournalFeed,
    AlpacaTradeFeed,
)
from adapters.http.message import Response
from adapters.memory.clock import ManualClock
from domain.processes.facts.trading import OrderReported
from ports.errors import ProviderUnavailable
from ports.inbound import Event
from tests.support.transports import Scripted
from tests.unit.adapters.alpaca.scripted_client import NOON, PROCESS, REFERENCE, order, scripted


def stream(*blocks: bytes) -> Response:
    return Response(status=200, headers={}, body=b"".join(block + b"\n\n" for block in blocks))


def frame(document: Any) -> bytes:
    return b"data: " + orjson.dumps(document)


def opened(kind: type[AlpacaFeed], response: Response) -> tuple[AlpacaFeed, Scripted]:
    client, transport = scripted(response)
    return kind(client=client, clock=ManualClock(NOON)), transport


async def read(kind: type[AlpacaFeed], *blocks: bytes, since: str | None = None) -> list[Event]:
    feed, _ = opened(kind, stream(*blocks))
    return [event async for event in feed.events(since=since)]


def trade(event: str = "fill", **changes: Any) -> bytes:
    return frame({"event": event, "event_id": "01J1", "order": order(**changes)})


@pytest.mark.parametrize(
    ("kind", "resumed_by"),
    [
        (AlpacaTradeFeed, "since_id"),
        (AlpacaJournalFeed, "since_id"),
        (AlpacaAccountFeed, "since_ulid"),
    ],
)
async def test_a_feed_starts_a_little_back_or_where_it_was_left(
    kind: type[AlpacaFeed], resumed_by: str
) -> None:
    for since, params in (
        (None, {"since": "2026-03-01T12:00:00Z"}),
        ("01J1", {resumed_by: "01J1"}),
    ):
        feed, transport = opened(kind, stream())
        assert [event async for event in feed.events(since=since)] == []
        assert transport.requests[0].params == params


async def test_a_trade_brings_the_order_to_its_process() -> None:
    (event,) = await read(AlpacaTradeFeed, trade())
    assert event.position == "01J1"
    assert event.inbound is not None
    assert event.inbound.about == PROCESS
    assert isinstance(event.inbound.fact, OrderReported)
    assert event.inbound.fact.reference == REFERENCE
    assert not event.inbound.fact.corrects


@pytest.mark.parametrize("kind", ["trade_bust", "trade_correct"])
async def test_a_correction_says_that_it_is_one(kind: str) -> None:
    (event,) = await read(AlpacaTradeFeed, trade(kind))
    assert event.inbound is not None
    assert isinstance(event.inbound.fact, OrderReported)
    assert event.inbound.fact.corrects


async def test_an_order_of_somebody_else_moves_the_position_only() -> None:
    assert await read(AlpacaTradeFeed, trade(client_order_id="by hand")) == [Event("01J1", None)]


@pytest.mark.parametrize(
    "malformed",
    [
        frame({"event_id": "01J1"}),
        frame({"event_id": "01J1", "event": "fill", "order": None}),
        frame({"event_id": "01J1", "event": "fill", "order": [1]}),
        trade(filled_qty="many"),
        trade(filled_qty="0.0000000001"),
        trade(filled_avg_price="-1"),
        trade(status=None, symbol=None, filled_qty=None),
    ],
)
async def test_a_malformed_event_is_passed_over(malformed: bytes) -> None:
    events = await read(AlpacaTradeFeed, malformed, trade())
    assert events[0] == Event("01J1", None)
    assert events[1].inbound is not None


@pytest.mark.parametrize(
    "noise", [b"data: {not json", b"data: [1]", b"event: ping", frame({"event_id": None}), b""]
)
async def test_what_has_no_position_is_left_out(noise: bytes) -> None:
    assert len(await read(AlpacaTradeFeed, noise, trade())) == 1


async def test_a_change_of_an_account_that_is_not_of_its_status_says_nothing() -> None:
    changed = frame({"account_id": "a", "event_id": 7, "event_ulid": "01J2", "reason": ""})
    assert await read(AlpacaAccountFeed, changed) == [Event("01J2", None)]


async def test_a_journal_without_our_description_is_not_ours() -> None:
    bare = frame({"event_id": "01J3", "journal_id": "j", "status_to": "executed"})
    assert await read(AlpacaJournalFeed, bare) == [Event("01J3", None)]


async def test_heartbeats_are_quiet() -> None:
    assert len(await read(AlpacaTradeFeed, b": heartbeat", trade(), b":")) == 1


@pytest.mark.parametrize(
    "loss",
    [
        b": you are reading too slowly, dropped 10000 messages",
        b": internal server error",
    ],
)
async def test_lost_events_end_the_stream_so_that_they_are_asked_for_again(loss: bytes) -> None:
    feed, _ = opened(AlpacaTradeFeed, stream(trade(), loss, trade()))
    read_before: list[Event] = []

    async def follow() -> None:
        async for event in feed.events(since=None):
            read_before.append(event)  # noqa: PERF401 - what came before the error matters

    with pytest.raises(ProviderUnavailable):
        await follow()
    assert len(read_before) == 1


async def test_data_over_several_lines_is_one_event() -> None:
    whole = trade().removeprefix(b"data: ")
    middle = whole.index(b",")
    split = b"data: " + whole[:middle] + b"\r\ndata:" + whole[middle:]
    (event,) = await read(AlpacaTradeFeed, split)
    assert event.inbound is not None
