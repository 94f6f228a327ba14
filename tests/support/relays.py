"""A relay as a test needs it: it signs what it is told to, well or badly."""

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
    """Written from the description in docs/integrations/alpaca.md, and not with the code it tests."""

    clock: Clock
    key_id: str = KEY_ID
    key: str = KEY

    def sign(
        self, body: bytes, *, off_by_s: int = 0, nonce: str = "", timestamp: str = ""
    ) -> dict[str, str]:
        """The headers of a message with this body; the nonce is a new one unless given."""
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
