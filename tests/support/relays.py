"""A push relay for tests, which signs messages correctly or not."""

from __future__ import annotations

import hashlib
import hmac
import itertools

import attrs

from ports.clock import Clock

KEY_ID, KEY = "relay-1", "a key that is at least 32 characters long"

_nonces = itertools.count(1)


@attrs.frozen
class Relay:
    """Implements the description in docs/integrations/alpaca.md without the code under test."""

    clock: Clock
    key_id: str = KEY_ID
    key: str = KEY

    def sign(
        self, body: bytes, *, off_by_s: int = 0, nonce: str = "", timestamp: str = ""
    ) -> dict[str, str]:
        """The headers of a message with this body, with a new nonce unless one is given."""
        timestamp = timestamp or str(int(self.clock.now().timestamp()) + off_by_s)
        nonce = nonce or f"nonce-{next(_nonces):012d}"
        signed = f"{timestamp}.{nonce}.".encode() + body
        mac = hmac.new(self.key.encode(), signed, hashlib.sha256).hexdigest()
        return {
            "X-Relay-Timestamp": timestamp,
            "X-Relay-Nonce": nonce,
            "X-Relay-Key-Id": self.key_id,
            "X-Relay-Signature": f"v1={mac}",
        }
