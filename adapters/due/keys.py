"""The public keys of our webhook endpoints at Due (due.md §11)."""

from __future__ import annotations

import asyncio
from collections.abc import Container
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adapters.due.client import DueClient
from ports.clock import Clock
from ports.errors import ProviderError

KEYS_MAX = 32
REFRESH_AFTER = timedelta(seconds=30)
STALE_AFTER = timedelta(hours=1)
OVERLAP = timedelta(hours=1)


@attrs.frozen
class _Known:
    """A key, and how long it counts if Due does not list it any more."""

    key: Ed25519PublicKey
    until: datetime | None = None


class EndpointKeys:
    """
    Each endpoint has a key pair of its own, and a delivery does not say which one signed it.

    The keys are read from Due's list of our endpoints: at first use, when none of them fits, and when
    they are ``STALE_AFTER`` old, but no more often than every ``REFRESH_AFTER``, because forged messages
    must not make us call Due. An endpoint that is replaced has a new key; what its old one signed before
    is taken for ``OVERLAP`` more.
    """

    def __init__(self, client: DueClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._read_at: datetime | None = None
        self._renew_at = datetime.max.replace(tzinfo=UTC)
        self._reading = asyncio.Lock()

    async def have_signed(self, body: bytes, signature: bytes) -> bool:
        """Whether Due signed exactly these bytes. Raises ``ProviderError`` when the keys are unread."""
        if self._fits(body, signature):
            await self._renew()
        else:
            await self._refresh()
        return self._fits(body, signature)

    def forget(self) -> None:
        """Have the keys read again at the next use: an endpoint was added."""
        self._read_at = None

    def _fits(self, body: bytes, signature: bytes) -> bool:
        now = self._clock.now()
        return any(
            _verifies(known.key, body, signature)
            for known in self._known.values()
            if known.until is None or now < known.until
        )

    async def _renew(self) -> None:
        """While Due cannot be asked, its last answer stands."""
        if self._clock.now() < self._renew_at:
            return
        self._renew_at = self._clock.now() + REFRESH_AFTER
        with suppress(ProviderError):
            await self._refresh()

    async def _refresh(self) -> None:
        async with self._reading:
            now = self._clock.now()
            if self._read_at is not None and now - self._read_at < REFRESH_AFTER:
                return
            pems = [endpoint.public_key async for endpoint in self._client.endpoints()]
            listed = {pem: _Known(key) for pem in pems[:KEYS_MAX] if pem and (key := _loaded(pem))}
            self._known = listed | self._outgoing(now, without=listed)
            self._read_at, self._renew_at = now, now + STALE_AFTER

    def _outgoing(self, now: datetime, *, without: Container[str]) -> dict[str, _Known]:
        """What was known and is no longer listed, for the rest of its time."""
        gone = {
            pem: _Known(known.key, known.until or now + OVERLAP)
            for pem, known in self._known.items()
            if pem not in without and (known.until is None or now < known.until)
        }
        return dict(list(gone.items())[:KEYS_MAX])


def _loaded(pem: str) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _verifies(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
