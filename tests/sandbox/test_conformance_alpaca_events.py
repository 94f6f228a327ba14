"""Alpaca's own client against the sandbox: the event streams, corrections of trades, rate limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import orjson
import pytest
from alpaca.broker.enums import IdentifierType, TransferDirection, TransferTiming
from alpaca.broker.requests import CreateBankRequest, CreateBankTransferRequest, GetEventsRequest
from alpaca.trading.models import TradeUpdate

from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.alpaca_sdk import FAR_BACK, Partner, open_partner
from tests.sandbox.local_alpaca import OUTSIDE

CLIENT_RETRIES_AFTER_S = 3
RATE_WINDOW_S = 2.9
"""Long enough for four calls of a slow machine, and over when the client comes back."""


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


def steps(events: list[Any], **wanted: object) -> list[str]:
    """The statuses after the chosen events; each starts where the one before ended."""
    chosen = [each for each in events if wanted.items() <= each.items()]
    assert all(one["status_to"] == next_["status_from"] for one, next_ in pairwise(chosen))
    return [each["status_to"] for each in chosen]


async def test_each_stream_tells_what_happened_in_order(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("200.00")
    await partner.bought(account, "KO", 1)
    bank = await partner.ask(
        client.create_bank_for_account,
        account,
        CreateBankRequest(
            name="Bank of Ada",
            bank_code_type=IdentifierType.ABA,
            bank_code=OUTSIDE.routing_number,
            account_number=OUTSIDE.account_number,
        ),
    )
    wire = CreateBankTransferRequest(
        bank_id=bank.id,
        amount="10.00",
        direction=TransferDirection.OUTGOING,
        timing=TransferTiming.IMMEDIATE,
    )
    sent = await partner.ask(client.create_transfer_for_account, account, wire)
    await partner.until(bool, lambda: list(partner.alpaca.received))

    accounts = await partner.events(client.get_account_status_events)
    assert steps(accounts, account_id=str(account)) == ["SUBMITTED", "APPROVED", "ACTIVE"]
    journals = await partner.events(client.get_journal_events)
    assert steps(journals) == ["queued", "sent_to_clearing", "executed"]
    transfers = await partner.events(client.get_transfer_events)
    assert steps(transfers, transfer_id=str(sent.id)) == ["QUEUED", "SENT_TO_CLEARING", "COMPLETE"]
    trades = await partner.events(client.get_trade_events)
    assert [each["event"] for each in trades] == ["accepted", "new", "fill"]
    update = TradeUpdate(**trades[-1])
    assert (update.price, update.position_qty, update.order.filled_qty) == (63.87, 1, "1")
    moves = await partner.events(client.get_non_trading_activity_events)
    mine = [each for each in moves if each["account_id"] == str(account)]
    assert [(each["entry_type"], each["net_amount"]) for each in mine] == [
        ("JNLC", 200),
        ("CSW", -10),
    ]


async def test_a_stream_goes_on_after_any_event_that_was_seen(partner: Partner) -> None:
    await partner.account()
    stream = partner.client.get_account_status_events
    first, second, third = await partner.events(stream)
    assert first["event_id"] < second["event_id"] < third["event_id"]
    until = {"since": None, "until": None, "until_id": third["event_id"]}
    assert await partner.events(stream, since_id=first["event_id"], **until) == [second, third]
    until["until_id"] = second["event_id"]
    assert await partner.events(stream, since_id=first["event_id"], **until) == [second]


async def test_the_second_version_of_a_stream_counts_in_ulids(partner: Partner) -> None:
    account = await partner.funded("100.00")
    await partner.bought(account, "KO", 1)
    for old, new in (
        (partner.client.get_trade_events, partner.client_v2.get_trade_events),
        (partner.client.get_journal_events, partner.client_v2.get_journal_events),
    ):
        before, after = await partner.events(old), await partner.events(new)
        assert [each["event_ulid"] for each in before] == [each["event_id"] for each in after]
    path = "/v2/events/trades"
    again = await partner.alpaca.events(path, 2, since_id=after_first(await whole(partner, path)))
    assert [each["event"] for each in again] == ["new", "fill"]
    assert (await partner.alpaca.call("GET", "/v2/events/accounts/status")).status == 404


async def whole(partner: Partner, path: str) -> list[Any]:
    until = partner.alpaca.world.clock.stamp()
    return await partner.alpaca.events(path, 99, since=FAR_BACK, until=until)


def after_first(events: list[Any]) -> str:
    return str(events[0]["event_id"])


async def test_a_reader_who_waits_hears_at_once(partner: Partner) -> None:
    account = await partner.funded("100.00")
    stream: Any = partner.client.get_trade_events(GetEventsRequest(since=FAR_BACK))
    listening = asyncio.create_task(asyncio.to_thread(next, stream))
    await asyncio.sleep(0.05)
    assert not listening.done()
    placed = await partner.bought(account, "KO", 1)
    event = orjson.loads(await listening)
    assert (event["event"], event["order"]["id"]) == ("accepted", str(placed.id))
    await asyncio.to_thread(stream.close)


async def test_the_window_of_a_stream_has_its_rules(partner: Partner) -> None:
    for params in (
        {"until": FAR_BACK},
        {"until_id": "1"},
        {"since": FAR_BACK, "since_id": "1"},
        {"since_id": "not an id"},
    ):
        refused = await partner.alpaca.call("GET", "/v1/events/trades", params=params)
        assert (refused.status, refused.body["code"]) == (422, 40010001)


async def test_the_statement_is_a_stream_too_and_the_silent_ones_are_silent(
    partner: Partner,
) -> None:
    account = await partner.funded("100.00")
    await partner.bought(account, "KO", 1)
    lines = await whole(partner, "/v2beta1/events/activities")
    mine = [each["activity_type"] for each in lines if each["account_id"] == str(account)]
    assert mine == ["JNLC", "FILL"]
    for name in ("system", "admin-actions", "ipos"):
        assert await whole(partner, f"/v2/events/{name}") == []


async def test_a_busted_trade_gives_everything_back(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    placed = await partner.bought(account, "KO", 1)
    await partner.control("trades/bust", {"order_id": str(placed.id)})
    assert await partner.cash(account) == Decimal(100)
    assert await partner.ask(client.get_all_positions_for_account, account) == []
    order = await partner.ask(client.get_order_for_account_by_id, account, placed.id)
    assert order.filled_qty == "0"
    told = await partner.events(client.get_trade_events)
    assert told[-1]["event"] == "trade_bust"
    assert told[-1]["execution_id"] == told[-2]["execution_id"]
    again = await partner.alpaca.call(
        "POST", "/v1/sandbox/trades/bust", {"order_id": str(placed.id)}, host="/alpaca-data"
    )
    assert again.status == 422


async def test_a_corrected_trade_moves_the_difference(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    placed = await partner.bought(account, "KO", 1)
    body = {"order_id": str(placed.id), "price": "60.00"}
    await partner.control("trades/correct", body)
    assert await partner.cash(account) == Decimal(40)
    position = await partner.ask(client.get_open_position_for_account, account, "KO")
    assert (position.qty, position.avg_entry_price) == ("1", "60")
    told = await partner.events(client.get_trade_events)
    assert (told[-1]["event"], told[-1]["price"]) == ("trade_correct", "60")
    assert told[-1]["previous_execution_id"] == told[-2]["execution_id"]
    dear = await partner.alpaca.call(
        "POST", "/v1/sandbox/trades/correct", body | {"price": "101.00"}, host="/alpaca-data"
    )
    assert dear.status == 422
    assert await partner.cash(account) == Decimal(40)


async def test_who_calls_too_often_is_told_when_to_come_back_and_the_client_does() -> None:
    settings = AlpacaSandboxSettings(rate_limit=3, rate_window_s=RATE_WINDOW_S)
    async with open_partner(settings) as partner:
        answers = [await partner.alpaca.call("GET", "/v1/clock") for _ in range(4)]
        assert [each.status for each in answers] == [200, 200, 200, 429]
        left = [int(each.headers["X-RateLimit-Remaining"]) for each in answers]
        assert left == [2, 1, 0, 0]
        last = answers[-1]
        assert last.body == {"code": 42910000, "message": "rate limit exceeded"}
        assert last.headers["X-RateLimit-Limit"] == "3"
        assert 1 <= int(last.headers["Retry-After"]) <= CLIENT_RETRIES_AFTER_S
        assert (
            0 <= int(last.headers["X-RateLimit-Reset"]) - time.time() <= CLIENT_RETRIES_AFTER_S + 1
        )
        started = time.monotonic()
        assert (await partner.ask(partner.client.get_clock)).is_open
        assert time.monotonic() - started >= CLIENT_RETRIES_AFTER_S


async def test_every_answer_carries_its_allowance_and_a_request_id(partner: Partner) -> None:
    answer = await partner.alpaca.call("GET", "/v1/nowhere")
    assert (answer.status, answer.body["code"]) == (404, 40400000)
    assert {"X-Request-ID", "X-RateLimit-Limit", "X-RateLimit-Reset"} <= set(answer.headers)


async def test_a_wrong_key_is_refused_in_the_words_of_the_client() -> None:
    settings = AlpacaSandboxSettings(api_keys=(("other", "secret"),))
    async with open_partner(settings) as partner:
        refused = await partner.refused(partner.client.get_clock)
        assert refused[:2] == (401, 40110000)
