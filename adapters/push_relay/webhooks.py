"""A provider's news by way of a relay: the relay signs, the provider's own documents say what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.push_relay.signature import FORMS, RelaySignature
from ports.inbound import InboundFact, UnreadableMessage, Webhooks
from ports.processes import Message


class PushPayload(Protocol):
    """What a relay carries. Both methods raise ``UnreadableMessage``."""

    def name(self, body: bytes) -> str:
        """What the provider calls this news; repeated news has the same name."""

    def inbound_facts(self, body: bytes) -> Sequence[InboundFact]:
        """What the news says. Nothing of interest is an empty answer."""


class RelayWebhooks(Webhooks):
    """News of ``source``, whoever relays it."""

    def __init__(self, source: str, *, signature: RelaySignature, payload: PushPayload) -> None:
        self._source = source
        self._signature = signature
        self._payload = payload

    @property
    def signature_headers(self) -> Sequence[str]:
        return tuple(FORMS)

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Raises ``NoncesUnavailable`` too, which is no verdict on the message."""
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
        """Nothing: whoever runs the relay tells it where to."""

    def _is_news(self, body: bytes) -> bool:
        """What cannot be read is: whoever reads it will say so."""
        try:
            return bool(self._payload.inbound_facts(body))
        except UnreadableMessage:
            return True
