"""Webhooks of an in-memory provider."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from ports.inbound import ForgedMessage, InboundFact, UnreadableMessage, Webhooks
from ports.processes import Message

SIGNATURE = "x-signature"
_SIGNED = "signed by "


class InMemoryWebhooks(Webhooks):
    """Messages made by ``write`` are authentic; the body identifies their facts."""

    def __init__(self, source: str) -> None:
        self.subscribed: list[str] = []
        self._source = source
        self._written: dict[bytes, tuple[InboundFact, ...]] = {}
        self._numbers = itertools.count(1)

    def write(self, *inbound_facts: InboundFact) -> tuple[bytes, Mapping[str, str]]:
        """The body and the headers of a message with these facts."""
        body = f"{self._source}-{next(self._numbers)}".encode()
        self._written[body] = inbound_facts
        return body, {SIGNATURE: _SIGNED + self._source}

    @property
    def signature_headers(self) -> Sequence[str]:
        return (SIGNATURE,)

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        if headers.get(SIGNATURE) != _SIGNED + self._source:
            raise ForgedMessage
        return Message(
            source=self._source, id=body.decode(errors="replace"), body=body, headers=headers
        )

    async def translate(self, message: Message) -> Sequence[InboundFact]:
        if message.body not in self._written:
            raise UnreadableMessage
        return self._written[message.body]

    async def subscribe(self, url: str) -> None:
        if url not in self.subscribed:
            self.subscribed.append(url)
