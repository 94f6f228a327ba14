"""
Alpaca's events as the push relay sends them: one per message, byte for byte as on the stream.

Alpaca itself pushes nothing. A pushed event does not name its stream, so its kind is recognized by a
field that only this kind has (alpaca.md §9).
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
"""First-generation events have both; their ``event_id`` is a number that is unique per stream only."""

ID_LENGTH_MAX = 64


class AlpacaPushes:
    """Events of trades, journals and accounts. Any other event has an id but yields no facts."""

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
                facts = [inbound(event) for inbound in found[:1]]
        except ProviderOutcomeUnknown as unreadable:
            raise UnreadableMessage(unreadable.detail) from unreadable
        return [inbound for inbound in facts if inbound is not None]


def _event(body: bytes) -> Mapping[str, Any]:
    document = json_in(body)
    if not isinstance(document, dict):
        raise UnreadableMessage("the message is not an event")
    return document
