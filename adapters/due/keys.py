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
from ports.inbound import SignatureUndecided

KEYS_MAX = 32
REFRESH_AFTER = timedelta(seconds=10)
STALE_AFTER = timedelta(hours=1)
OVERLAP = timedelta(hours=1)


@attrs.frozen
class _Known:
    """A key, and the end of its validity once Due no longer lists it."""

    key: Ed25519PublicKey
    until: datetime | None = None


class EndpointKeys:
    """
    Each endpoint has its own key pair, and a delivery does not say which one signed it.

    The keys are read from Due's list of our endpoints: at first use, when no key matches, and when they
    are ``STALE_AFTER`` old. They are read at most every ``REFRESH_AFTER``, so that forged messages
    cannot make us flood Due with calls; in between, a message that fits none may have been signed with a
    newer one, and is not judged. A replaced endpoint has a new key; signatures by its old one
    are accepted for another ``OVERLAP``.
    """

    def __init__(self, client: DueClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._read_at: datetime | None = None
        self._renew_at = datetime.max.replace(tzinfo=UTC)
        self._reading = asyncio.Lock()

    async def have_signed(self, body: bytes, signature: bytes) -> bool:
        """
        Whether Due signed exactly these bytes.

        Raises ``ProviderError`` if no keys can be read, and ``SignatureUndecided`` if none fits and they
        may not be read again yet.
        """
        if self._fits(body, signature):
            await self._renew()
            return self._fits(body, signature)
        is_judged = await self._refresh()
        if self._fits(body, signature):
            return True
        if not is_judged:
            raise SignatureUndecided("the keys were read too recently")
        return False

    def forget(self) -> None:
        """Make the next use read the keys again, after an endpoint was added."""
        self._read_at = None

    def _fits(self, body: bytes, signature: bytes) -> bool:
        now = self._clock.now()
        return any(
            _verifies(known.key, body, signature)
            for known in self._known.values()
            if known.until is None or now < known.until
        )

    async def _renew(self) -> None:
        """Refresh stale keys; while Due cannot be reached, the old ones stay valid."""
        if self._clock.now() < self._renew_at:
            return
        self._renew_at = self._clock.now() + REFRESH_AFTER
        with suppress(ProviderError):
            await self._refresh()

    async def _refresh(self) -> bool:
        """Read the keys again; returns whether they are now newer than this call."""
        asked_at = self._clock.now()
        async with self._reading:
            now = self._clock.now()
            if self._read_at is not None and now - self._read_at < REFRESH_AFTER:
                return self._read_at > asked_at
            pems = [endpoint.public_key async for endpoint in self._client.endpoints()]
            listed = {pem: _Known(key) for pem in pems[:KEYS_MAX] if pem and (key := _loaded(pem))}
            self._known = listed | self._outgoing(now, without=listed)
            self._read_at, self._renew_at = now, now + STALE_AFTER
            return True

    def _outgoing(self, now: datetime, *, without: Container[str]) -> dict[str, _Known]:
        """Keys that are no longer listed and still valid."""
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
