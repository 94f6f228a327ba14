"""Alpaca's events through the mounted route, as a relay pushes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import orjson
import pytest
from aiohttp import ClientResponse
from multidict import CIMultiDict
from structlog.testing import capture_logs

from adapters.alpaca.push_events import AlpacaPushes
from adapters.memory.nonces import InMemoryNonces
from adapters.push_relay.settings import RelaySettings
from adapters.push_relay.signature import RelaySignature
from adapters.push_relay.webhooks import RelayWebhooks
from ports.rejected_webhooks import RejectionReason
from tests.component.investor import Investor
from tests.support.relays import KEY, KEY_ID, Relay
from tests.support.world import World

Log = Sequence[Mapping[str, Any]]

PATH = "/v1/webhooks/alpaca"
BUY = {"symbol": "AAPL", "side": "buy", "type": "market", "quantity": "0.5"}
NOBODYS = orjson.dumps({"event_id": "01JNOBODY", "entity_type": "Transfer"})


@pytest.fixture
def relay(world: World) -> Relay:
    return Relay(world.clock)


@pytest.fixture
def nonces(world: World) -> InMemoryNonces:
    """Of a world whose broker's news comes from a relay."""
    nonces = InMemoryNonces(world.clock)
    settings = RelaySettings(keys={KEY_ID: KEY})
    signature = RelaySignature(settings, nonces=nonces, clock=world.clock)
    relayed = RelayWebhooks("alpaca", signature=signature, payload=AlpacaPushes())
    cast(Any, world.webhooks)["alpaca"] = relayed
    return nonces


@pytest.fixture
def log() -> Iterator[Log]:
    with capture_logs() as lines:
        yield lines


def verdicts(log: Log) -> list[tuple[str, str]]:
    return [(line["source"], line["verdict"]) for line in log if line["event"] == "webhook"]


async def push(investor: Investor, body: bytes, headers: Mapping[str, str]) -> ClientResponse:
    return await investor.client.post(PATH, data=body, headers=headers)


async def refused(investor: Investor, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    response = await push(investor, body, headers)
    return response.status, (await response.json(content_type=None))["code"]


def fill_of(order: Any) -> bytes:
    snapshot = {
        "id": "o-1",
        "client_order_id": f"{order['id']}:order:1",
        "symbol": "AAPL",
        "status": "filled",
        "filled_qty": order["quantity"],
        "filled_avg_price": "190.00",
    }
    return orjson.dumps({"event": "fill", "event_id": "01JFILL", "order": snapshot})


@pytest.mark.usefixtures("nonces")
async def test_a_pushed_fill_fills_the_order_once(
    ada: Investor, world: World, relay: Relay
) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", BUY)
    await world.run_jobs()
    body = fill_of(order)
    for _ in range(3):
        assert (await push(ada, body, relay.sign(body))).status == 200
        await world.run_jobs()
    filled = await ada.get(f"/v1/orders/{order['id']}")
    assert (filled["stage"], filled["cost"]["value"]) == ("filled", "95.00")
    assert [message.id for message in world.database.messages.values()] == ["01JFILL"]
    assert world.deliveries.kept == []


@pytest.mark.usefixtures("nonces")
async def test_a_replay_is_refused_and_kept_apart(
    ada: Investor, world: World, relay: Relay, log: Log
) -> None:
    signature_headers = relay.sign(NOBODYS)
    assert (await push(ada, NOBODYS, signature_headers)).status == 200
    assert await refused(ada, NOBODYS, signature_headers) == (409, "ERR_2055")
    (kept,) = world.deliveries.kept
    assert (kept.verdict, kept.body, kept.ip) == (RejectionReason.REPLAYED, NOBODYS, "127.0.0.1")
    assert kept.headers == {name.lower(): value for name, value in signature_headers.items()}
    assert verdicts(log) == [("alpaca", "accepted"), ("alpaca", "replayed")]


@pytest.mark.usefixtures("nonces")
async def test_whatever_is_not_in_order_is_refused(
    ada: Investor, world: World, relay: Relay
) -> None:
    good = relay.sign(NOBODYS)
    twice = CIMultiDict([*good.items(), ("X-Relay-Nonce", "another-nonce-of-16")])
    attempts: list[tuple[bytes, Mapping[str, str], tuple[int, str], RejectionReason]] = [
        (NOBODYS + b" ", good, (401, "ERR_2051"), RejectionReason.FORGED),
        (NOBODYS, {}, (401, "ERR_2052"), RejectionReason.MALFORMED),
        (NOBODYS, twice, (401, "ERR_2052"), RejectionReason.MALFORMED),
        (
            NOBODYS,
            Relay(world.clock, "stranger").sign(NOBODYS),
            (401, "ERR_2053"),
            RejectionReason.UNKNOWN_KEY,
        ),
        (NOBODYS, relay.sign(NOBODYS, off_by_s=-301), (401, "ERR_2054"), RejectionReason.STALE),
        (NOBODYS, relay.sign(NOBODYS, off_by_s=301), (401, "ERR_2054"), RejectionReason.STALE),
        (b"no event", relay.sign(b"no event"), (422, "ERR_4301"), RejectionReason.MALFORMED),
    ]
    for body, headers, refusal, _ in attempts:
        assert await refused(ada, body, headers) == refusal
    assert [kept.verdict for kept in world.deliveries.kept] == [verdict for *_, verdict in attempts]
    assert world.database.messages == {}
    assert (await push(ada, NOBODYS, good)).status == 200


async def test_nothing_is_taken_in_while_nonces_are_away(
    ada: Investor, world: World, relay: Relay, nonces: InMemoryNonces, log: Log
) -> None:
    nonces.is_away = True
    response = await push(ada, NOBODYS, signature_headers := relay.sign(NOBODYS))
    problem = await response.json(content_type=None)
    assert (response.status, problem["code"], problem["retryable"]) == (503, "ERR_2057", True)
    assert "Retry-After" in response.headers
    assert world.database.messages == {}
    assert world.deliveries.kept == []
    assert verdicts(log) == [("alpaca", "undecided")]
    nonces.is_away = False
    assert (await push(ada, NOBODYS, signature_headers)).status == 200


async def test_without_keys_the_source_is_closed(ada: Investor, world: World) -> None:
    clock = world.clock
    signature = RelaySignature(RelaySettings(), nonces=InMemoryNonces(clock), clock=clock)
    closed = RelayWebhooks("alpaca", signature=signature, payload=AlpacaPushes())
    cast(Any, world.webhooks)["alpaca"] = closed
    assert await refused(ada, NOBODYS, Relay(clock).sign(NOBODYS)) == (403, "ERR_2056")
    assert [kept.verdict for kept in world.deliveries.kept] == [RejectionReason.CLOSED]
