"""The public keys of our webhook endpoints at Due (due.md §11)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adapters.due.client import DueClient
from ports.clock import Clock

KEYS_MAX = 32
REFRESH_AFTER = timedelta(seconds=30)


class EndpointKeys:
    """
    Each endpoint has a key pair of its own, and a delivery does not say which one signed it.

    The keys are read from Due's list of our endpoints, at first use and again when none of them fits,
    but no more often than every ``REFRESH_AFTER``: forged messages must not make us call Due.
    """

    def __init__(self, client: DueClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._keys: tuple[Ed25519PublicKey, ...] = ()
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def have_signed(self, body: bytes, signature: bytes) -> bool:
        """Whether Due signed exactly these bytes. Raises ``ProviderError`` when the keys are unread."""
        if _is_signed(body, signature, self._keys):
            return True
        await self._refresh()
        return _is_signed(body, signature, self._keys)

    def forget(self) -> None:
        """Have the keys read again at the next use: an endpoint was added."""
        self._read_at = None

    async def _refresh(self) -> None:
        async with self._reading:
            now = self._clock.now()
            if self._read_at is not None and now - self._read_at < REFRESH_AFTER:
                return
            pems = [endpoint.public_key async for endpoint in self._client.endpoints()]
            keys = [_loaded(pem) for pem in pems[:KEYS_MAX] if pem]
            self._keys = tuple(key for key in keys if key is not None)
            self._read_at = now


def _loaded(pem: str) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _is_signed(body: bytes, signature: bytes, keys: tuple[Ed25519PublicKey, ...]) -> bool:
    return any(_verifies(key, body, signature) for key in keys)


def _verifies(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
