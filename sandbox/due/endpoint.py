"""One webhook subscription, with a signing key of its own, and what was sent to it."""

from __future__ import annotations

from collections import OrderedDict

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.webhooks import STATUS_ERROR_MIN, Delivery

SENT_MAX = 1000


@attrs.define(kw_only=True)
class SentEvent:
    """One event for one endpoint; a retry is a new delivery of the same bytes."""

    id: str
    owner_id: str
    endpoint_id: str
    kind: str
    data: dict[str, object]
    occurred_at: str
    delivery: Delivery
    attempts_before: int = 0

    @property
    def is_failed(self) -> bool:
        return self.delivery.attempts > 0 and not self.delivery.delivered

    def view(self) -> dict[str, object]:
        status = self.delivery.status
        refused = status is not None and status >= STATUS_ERROR_MIN
        return {
            "id": self.id,
            "ownerId": self.owner_id,
            "occurredAt": self.occurred_at,
            "webhookEndpointId": self.endpoint_id,
            "eventType": self.kind,
            "eventData": self.data,
            "responseBody": "",
            "responseStatusCode": status,
            "attempts": self.attempts_before + self.delivery.attempts,
            "lastError": f"status {status}" if refused else "",
            "lastAttemptAt": self.occurred_at,
        }


@attrs.define(kw_only=True, eq=False)
class Endpoint:
    """With ``owner_id`` None it receives the events of all accounts (guess)."""

    id: str
    owner_id: str | None
    url: str
    description: str
    events: tuple[str, ...]
    key: Ed25519PrivateKey
    enabled: bool = True
    sent: OrderedDict[str, SentEvent] = attrs.field(factory=OrderedDict)

    def wants(self, kind: str) -> bool:
        return self.enabled and kind in self.events

    def sign(self, body: bytes) -> str:
        """Lower-case hex of the Ed25519 signature over the raw bytes (due.md §11)."""
        return self.key.sign(body).hex()

    def keep(self, event: SentEvent) -> None:
        self.sent[event.id] = event
        if len(self.sent) > SENT_MAX:
            self.sent.popitem(last=False)

    def view(self) -> dict[str, object]:
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return {
            "id": self.id,
            "ownerId": self.owner_id or "",
            "description": self.description,
            "url": self.url,
            "subscribedEvents": list(self.events),
            "publicKey": pem.decode(),
            "enabled": self.enabled,
        }
