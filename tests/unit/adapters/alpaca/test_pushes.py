"""A pushed event says what the same event says on its stream."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from adapters.alpaca.push_events import AlpacaPushes
from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import LookupKey, process_of
from domain.processes.accounts.onboarding import BROKER_ACCOUNT
from domain.processes.facts.accounts import BrokerAccountReported
from domain.processes.facts.funding import JournalExecuted
from domain.processes.facts.trading import OrderReported, OrderStatus
from ports.inbound import UnreadableMessage
from tests.unit.adapters.alpaca.scripted_client import REFERENCE, order

TRADE = {"account_id": "a-1", "event": "fill", "event_id": "01JTRADE", "order": order()}
JOURNAL = {
    "description": REFERENCE,
    "entry_type": "JNLC",
    "event_id": "01JJOURNAL",
    "journal_id": "j-1",
    "status_from": "queued",
    "status_to": "executed",
}
ACCOUNT = {
    "account_id": "a-1",
    "account_number": "912345678",
    "event_id": 15960,
    "event_ulid": "01JACCOUNT",
    "status_from": "APPROVED",
    "status_to": "ACTIVE",
}
TRANSFER = {
    "account_id": "a-1",
    "entity_id": "t-1",
    "entity_type": "Transfer",
    "event_id": "01JFUNDING",
    "status_to": "COMPLETE",
}

pushes = AlpacaPushes()


def body(event: Any) -> bytes:
    return orjson.dumps(event)


def test_a_trade_tells_its_order() -> None:
    (inbound,) = pushes.inbound_facts(body(TRADE))
    assert inbound.about == process_of(REFERENCE)
    assert isinstance(inbound.fact, OrderReported)
    assert (inbound.fact.status, inbound.fact.corrects) == (OrderStatus.FILLED, False)


def test_a_bust_is_a_correction() -> None:
    (inbound,) = pushes.inbound_facts(body(TRADE | {"event": "trade_bust"}))
    assert isinstance(inbound.fact, OrderReported)
    assert inbound.fact.corrects


def test_a_journal_tells_its_process() -> None:
    (inbound,) = pushes.inbound_facts(body(JOURNAL))
    assert inbound.about == process_of(REFERENCE)
    assert inbound.fact == JournalExecuted(reference=REFERENCE, provider_id="j-1")


def test_an_account_tells_its_onboarding() -> None:
    (inbound,) = pushes.inbound_facts(body(ACCOUNT))
    assert inbound.about == LookupKey(BROKER_ACCOUNT, "a-1")
    assert isinstance(inbound.fact, BrokerAccountReported)
    assert inbound.fact.standing is ProviderAccountStatus.APPROVED


@pytest.mark.parametrize(
    "event",
    [
        TRADE | {"order": order(client_order_id="somebody else's")},
        JOURNAL | {"description": ""},
        {name: value for name, value in ACCOUNT.items() if name != "status_to"},
        TRANSFER,
        {"event_id": "01JNEW", "something": "new"},
    ],
)
def test_what_is_not_about_us_says_nothing(event: Any) -> None:
    assert pushes.inbound_facts(body(event)) == []


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (TRADE, "01JTRADE"),
        (JOURNAL, "01JJOURNAL"),
        (ACCOUNT, "01JACCOUNT"),
        (TRANSFER, "01JFUNDING"),
    ],
)
def test_an_event_is_called_by_its_id(event: Any, name: str) -> None:
    assert pushes.name(body(event)) == name


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"event_id": 15960},
        {"event_id": ""},
        {"event_id": "0" * 65},
        {"event_id": "a\u0000b"},
        {"event_id": ["01J"]},
    ],
)
def test_an_event_without_an_id_is_unreadable(event: Any) -> None:
    with pytest.raises(UnreadableMessage):
        pushes.name(body(event))


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"7", b"\xff", b'{"event_id"'])
def test_what_is_no_event_is_unreadable(text: bytes) -> None:
    for read in (pushes.name, pushes.inbound_facts):
        with pytest.raises(UnreadableMessage):
            read(text)


@pytest.mark.parametrize(
    "event",
    [
        TRADE | {"order": None},
        TRADE | {"order": order(filled_qty="NaN")},
        {name: value for name, value in TRADE.items() if name != "event"},
        {name: value for name, value in JOURNAL.items() if name != "status_to"},
    ],
)
def test_an_event_that_lacks_what_it_tells_is_unreadable(event: Any) -> None:
    with pytest.raises(UnreadableMessage):
        pushes.inbound_facts(body(event))
