"""Sends events to every subscribed endpoint, signed with that endpoint's key."""

from __future__ import annotations

import attrs
import orjson

from sandbox.due.endpoint import Endpoint, SentEvent
from sandbox.due.endpoints import Endpoints
from sandbox.due.errors import DueRefusal
from sandbox.due.wire import new_id
from sandbox.webhooks import Delivery
from sandbox.world import World

PROVIDER = "due"
SIGNATURE_HEADER = "X-Webhook-Signature"


@attrs.frozen(kw_only=True)
class Publisher:
    """guess: failed deliveries are retried automatically, though Due documents only manual retries."""

    _world: World
    _endpoints: Endpoints

    def publish(self, kind: str, owner_id: str, data: dict[str, object]) -> None:
        for endpoint in self._endpoints.hearing(owner_id):
            if endpoint.wants(kind):
                self._send_new(endpoint, kind, owner_id, data)

    def retry(self, endpoint: Endpoint, event_id: str) -> SentEvent:
        """Send the same bytes again. Raises ``DueRefusal`` for an unknown event."""
        event = endpoint.sent.get(event_id)
        if event is None:
            raise DueRefusal("err_webhook_event_not_found", "Webhook event not found")
        event.attempts_before += event.delivery.attempts
        event.delivery = self._send(endpoint, event.id, event.delivery.body)
        return event

    def _send_new(
        self, endpoint: Endpoint, kind: str, owner_id: str, data: dict[str, object]
    ) -> None:
        event_id = new_id("wh_evt__", self._world.random)
        at = self._world.clock.stamp()
        body = orjson.dumps(
            {"id": event_id, "type": kind, "data": data, "occurredAt": at, "attemptedAt": at}
        )
        endpoint.keep(
            SentEvent(
                id=event_id,
                owner_id=owner_id,
                endpoint_id=endpoint.id,
                kind=kind,
                data=data,
                occurred_at=at,
                delivery=self._send(endpoint, event_id, body),
            )
        )

    def _send(self, endpoint: Endpoint, event_id: str, body: bytes) -> Delivery:
        delivery = Delivery(
            provider=PROVIDER,
            message_id=event_id,
            url=endpoint.url,
            headers={
                "Content-Type": "application/json",
                SIGNATURE_HEADER: endpoint.sign(body),
            },
            body=body,
        )
        self._world.webhooks.send(delivery)
        return delivery
