"""
The signature of a push relay: HMAC-SHA256 over the time, a nonce and the raw body.

    X-Relay-Timestamp: 1767625200             unix seconds
    X-Relay-Nonce: 3f0c9e5b7d1a4c52           16 to 64 of A-Z a-z 0-9 _ -, a new one for every try
    X-Relay-Key-Id: relay-1
    X-Relay-Signature: v1=<hexadecimal>       over "{timestamp}.{nonce}." and the body

Neither the time nor the nonce contains a dot, so the signed bytes can be parsed in one way only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from adapters.push_relay.settings import KEY_ID as KEY_ID_FORM
from adapters.push_relay.settings import RelaySettings
from adapters.signature_headers import signatures_in
from ports.clock import Clock
from ports.inbound import (
    ForgedMessage,
    ReplayedMessage,
    SourceClosed,
    StaleMessage,
    UnknownSigningKey,
    UnsignedMessage,
)
from ports.nonces import Nonces

TIMESTAMP = "x-relay-timestamp"
NONCE = "x-relay-nonce"
KEY_ID = "x-relay-key-id"
SIGNATURE = "x-relay-signature"

FORMS = {
    TIMESTAMP: re.compile(r"[0-9]{1,12}"),
    NONCE: re.compile(r"[A-Za-z0-9_-]{16,64}"),
    KEY_ID: KEY_ID_FORM,
    SIGNATURE: re.compile(r"v1=[0-9a-f]{64}"),
}


class RelaySignature:
    """Accepts any of the configured keys, so that they can be rotated."""

    def __init__(self, settings: RelaySettings, *, nonces: Nonces, clock: Clock) -> None:
        self._keys = settings.keys
        self._tolerance_s = settings.tolerance_s
        self._nonces = nonces
        self._clock = clock

    async def require(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
        """
        The signature headers of this body, which are accepted once.

        Raises ``SourceClosed``, ``UnsignedMessage``, ``UnknownSigningKey``, ``ForgedMessage``,
        ``StaleMessage``, ``ReplayedMessage``, or ``NoncesUnavailable`` when a replay cannot be ruled out.
        """
        if not self._keys:
            raise SourceClosed
        signature_headers = _well_formed(headers)
        key = self._keys.get(signature_headers[KEY_ID])
        if key is None:
            raise UnknownSigningKey
        expected = sign(
            body, key=key, timestamp=signature_headers[TIMESTAMP], nonce=signature_headers[NONCE]
        )
        if not hmac.compare_digest(expected, signature_headers[SIGNATURE]):
            raise ForgedMessage
        self._require_fresh(int(signature_headers[TIMESTAMP]))
        await self._require_first(signature_headers)
        return signature_headers

    def _require_fresh(self, timestamp: int) -> None:
        if abs(self._clock.now().timestamp() - timestamp) > self._tolerance_s:
            raise StaleMessage

    async def _require_first(self, signature_headers: Mapping[str, str]) -> None:
        """Called for genuine messages only, so a forger can neither fill the store nor spend a nonce."""
        # A message signed for the latest allowed time stays acceptable for twice the tolerance.
        name = f"{signature_headers[KEY_ID]}:{signature_headers[NONCE]}"
        if not await self._nonces.use(name, for_s=2 * self._tolerance_s + 1):
            raise ReplayedMessage


def sign(body: bytes, *, key: str, timestamp: str, nonce: str) -> str:
    """The value of the signature header."""
    signed = b".".join((timestamp.encode(), nonce.encode(), body))
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def _well_formed(headers: Mapping[str, str]) -> Mapping[str, str]:
    signature_headers = signatures_in(headers, tuple(FORMS))
    for name, form in FORMS.items():
        if not form.fullmatch(signature_headers[name]):
            raise UnsignedMessage(f"{name} is malformed")
    return signature_headers
