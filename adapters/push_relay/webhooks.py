"""A provider's events sent by a push relay: the relay signs them, their format is the provider's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.push_relay.signature import FORMS, RelaySignature
from ports.inbound import InboundFact, UnreadableMessage, Webhooks
from ports.processes import Message


class PushPayload(Protocol):
    """The format of the relayed events. Both methods raise ``UnreadableMessage``."""

    def name(self, body: bytes) -> str:
        """The provider's id of the event; a repeated event has the same id."""

    def inbound_facts(self, body: bytes) -> Sequence[InboundFact]:
        """The facts in the event; empty if it does not concern us."""


class RelayWebhooks(Webhooks):
    """Events of ``source``, from any relay with a configured key."""

    def __init__(self, source: str, *, signature: RelaySignature, payload: PushPayload) -> None:
        self._source = source
        self._signature = signature
        self._payload = payload

    @property
    def signature_headers(self) -> Sequence[str]:
        return tuple(FORMS)

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Also raises ``NoncesUnavailable``, which does not reject the message."""
        signature_headers = await self._signature.require(body, headers)
        return Message(
            source=self._source,
            id=self._payload.name(body),
            body=body,
            headers=signature_headers,
            is_news=self._is_news(body),
        )

    async def translate(self, message: Message) -> Sequence[InboundFact]:
        return self._payload.inbound_facts(message.body)

    async def subscribe(self, url: str) -> None:
        """Does nothing: the operator of the relay configures its target."""

    def _is_news(self, body: bytes) -> bool:
        """An unreadable message counts as one with facts, so that the worker reports it."""
        try:
            return bool(self._payload.inbound_facts(body))
        except UnreadableMessage:
            return True
