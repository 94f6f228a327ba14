"""Harbor's webhooks: HMAC-SHA256 over the time and the raw bytes."""

from __future__ import annotations

import hashlib
import hmac
import time

import attrs
import orjson

from sandbox.webhooks import Delivery
from sandbox.world import World

SIGNATURE = "Harbor-Signature"


@attrs.define
class HarborWebhookSender:
    """Sends every event to one URL; without a URL it sends nothing."""

    _world: World
    _secret: str
    url: str = ""

    def send(self, kind: str, data: dict[str, object]) -> None:
        if not self.url:
            return
        event_id = f"hev_{self._world.random.getrandbits(96):024x}"
        body = orjson.dumps({"id": event_id, "type": kind, "data": data})
        # Receivers verify by real time, whatever the speed of the sandbox's clock.
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
        self._world.webhooks.send(
            Delivery(
                provider="harbor",
                message_id=event_id,
                url=self.url,
                headers={
                    "Content-Type": "application/json",
                    SIGNATURE: f"t={stamp},v1={signed.hexdigest()}",
                },
                body=body,
            )
        )
