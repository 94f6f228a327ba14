"""A provider's news by way of a relay: the relay signs, the provider's own documents say what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.relay.signature import FORMS, RelaySignature
from ports.notices import Notice, UnreadableMessage, Webhooks
from ports.processes import Message


class Cargo(Protocol):
    """What a relay carries. Both methods raise ``UnreadableMessage``."""

    def name(self, body: bytes) -> str:
        """What the provider calls this news; repeated news has the same name."""

    def notices(self, body: bytes) -> Sequence[Notice]:
        """What the news says. Nothing of interest is an empty answer."""


class RelayWebhooks(Webhooks):
    """News of ``source``, whoever relays it."""

    def __init__(self, source: str, *, signature: RelaySignature, cargo: Cargo) -> None:
        self._source = source
        self._signature = signature
        self._cargo = cargo

    @property
    def proofs(self) -> Sequence[str]:
        return tuple(FORMS)

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """Raises ``NoncesUnavailable`` too, which is no verdict on the message."""
        proofs = await self._signature.require(body, headers)
        return Message(
            source=self._source,
            id=self._cargo.name(body),
            body=body,
            headers=proofs,
            is_news=self._is_news(body),
        )

    async def translate(self, message: Message) -> Sequence[Notice]:
        return self._cargo.notices(message.body)

    async def subscribe(self, url: str) -> None:
        """Nothing: whoever runs the relay tells it where to."""

    def _is_news(self, body: bytes) -> bool:
        """What cannot be read is: whoever reads it will say so."""
        try:
            return bool(self._cargo.notices(body))
        except UnreadableMessage:
            return True
