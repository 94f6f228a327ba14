"""
Alpaca's events as a relay pushes them: one a message, byte for byte what the stream carried.

Alpaca itself pushes nothing. Unlike on a stream, an event does not come with the name of its stream, so
that is told by the field that only this kind has (alpaca.md §9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.alpaca import events
from adapters.alpaca.errors import reading
from adapters.http.webhook_body import json_in
from ports.errors import ProviderOutcomeUnknown
from ports.inbound import InboundFact, UnreadableMessage

KINDS: Mapping[str, Callable[[Mapping[str, Any]], InboundFact | None]] = {
    "order": events.trade,
    "journal_id": events.journal,
    "account_number": events.account,
}
IDS = ("event_ulid", "event_id")
"""The first generation has both, and its ``event_id`` is a number that counts within one stream only."""

ID_LENGTH_MAX = 64


class AlpacaPushes:
    """Events of trades, journals and accounts. Others are named and say nothing."""

    def name(self, body: bytes) -> str:
        event = _event(body)
        for field in IDS:
            match event.get(field):
                case str(found) if found.isalnum() and len(found) <= ID_LENGTH_MAX:
                    return found
        raise UnreadableMessage("the event has no id")

    def inbound_facts(self, body: bytes) -> Sequence[InboundFact]:
        event = _event(body)
        try:
            with reading("push"):
                found = [inbound for field, inbound in KINDS.items() if field in event]
                told = [inbound(event) for inbound in found[:1]]
        except ProviderOutcomeUnknown as unreadable:
            raise UnreadableMessage(unreadable.detail) from unreadable
        return [inbound for inbound in told if inbound is not None]


def _event(body: bytes) -> Mapping[str, Any]:
    document = json_in(body)
    if not isinstance(document, dict):
        raise UnreadableMessage("the message is not an event")
    return document
