"""
The keys with which Circle signs its webhooks.

The key's id comes with the message and is not trusted. A forger can invent any number of ids, so both
the cache and the rate of requests to Circle are bounded. The ids of keys that have signed a genuine message
are stored, and looked up apart from that limit: a flood of invented ids keeps no genuine message out, also
not after a restart.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from adapters.circle.client import CircleClient
from adapters.circle.errors import reading
from ports.clock import Clock
from ports.cursors import Cursors
from ports.errors import ProviderError, StoreRefused, StoreUnavailable
from ports.inbound import SignatureUndecided

STORED_AS = "circle.signing_keys"
KEYS_MAX = 16
KNOWN_FOR = timedelta(hours=1)
DOUBTED_AFTER = timedelta(minutes=1)
"""A key that does not fit a message is fetched again, unless it is as new as this."""
UNKNOWN_MAX = 1000
UNKNOWN_FOR = timedelta(minutes=5)
LOOKUPS_MAX = 10
LOOKUPS_WINDOW = timedelta(minutes=1)

T = TypeVar("T")


@attrs.frozen
class _Known:
    key: EllipticCurvePublicKey
    asked_at: datetime


class SigningKeys:
    """
    Looks a key up at first use and again every ``KNOWN_FOR``, because Circle may have revoked it.

    At most ``LOOKUPS_MAX`` look-ups in ``LOOKUPS_WINDOW``, over all keys that have signed nothing yet.
    """

    def __init__(self, client: CircleClient, *, cursors: Cursors, clock: Clock) -> None:
        self._client = client
        self._cursors = cursors
        self._clock = clock
        self._keys: dict[str, _Known] = {}
        self._proven: dict[str, None] | None = None
        self._unknown: dict[str, datetime] = {}
        self._lookups: deque[datetime] = deque(maxlen=LOOKUPS_MAX)
        self._turns = {True: asyncio.Lock(), False: asyncio.Lock()}
        """Look-ups of proven keys do not wait for those of others."""

    async def get(self, key_id: str, *, doubted: bool = False) -> EllipticCurvePublicKey | None:
        """
        The key, or ``None`` when Circle has none with that id; a ``doubted`` one is fetched again.

        Raises ``SignatureUndecided`` when the look-up limit is reached, and ``ProviderError`` when Circle
        cannot be reached and the key is not cached. A cached key stays valid until Circle can be reached.
        """
        lasts = DOUBTED_AFTER if doubted else KNOWN_FOR
        if not self._is_fresh(key_id, lasts):
            is_proven = key_id in await self._proven_ids()
            async with self._turns[is_proven]:
                if not self._is_fresh(key_id, lasts) and self._may_ask(key_id, is_proven=is_proven):
                    await self._ask(key_id)
        known = self._keys.get(key_id)
        return known.key if known else None

    async def prove(self, key_id: str) -> None:
        """Store that the key has signed a genuine message. If the store is not available, next time."""
        if key_id in await self._proven_ids():
            return
        with suppress(StoreUnavailable, StoreRefused):
            proven = await self._stored_ids()  # other processes store theirs
            _keep(proven, key_id, None, limit=KEYS_MAX)
            await self._cursors.advance(STORED_AS, " ".join(proven), at=self._clock.now())
            self._proven = proven

    async def _proven_ids(self) -> dict[str, None]:
        if self._proven is None:
            self._proven = await self._stored_ids()
        return self._proven

    async def _stored_ids(self) -> dict[str, None]:
        """The ids, the newest last."""
        return dict.fromkeys((await self._cursors.read(STORED_AS) or "").split())

    def _is_fresh(self, key_id: str, lasts: timedelta) -> bool:
        known = self._keys.get(key_id)
        return known is not None and self._clock.now() - known.asked_at < lasts

    def _may_ask(self, key_id: str, *, is_proven: bool) -> bool:
        """Raises ``SignatureUndecided``."""
        now = self._clock.now()
        if key_id in self._unknown and now - self._unknown[key_id] < UNKNOWN_FOR:
            return False
        if is_proven or key_id in self._keys:
            return True
        if len(self._lookups) == LOOKUPS_MAX and now - self._lookups[0] < LOOKUPS_WINDOW:
            raise SignatureUndecided("too many unknown keys were looked up")
        self._lookups.append(now)
        return True

    async def _ask(self, key_id: str) -> None:
        now = self._clock.now()
        try:
            found = await self._client.signing_key(key_id)
            key = _read(found) if found is not None else None
        except ProviderError:
            if key_id not in self._keys:
                raise
            return
        if key is None:
            self._keys.pop(key_id, None)
            _keep(self._unknown, key_id, now, limit=UNKNOWN_MAX)
        else:
            _keep(self._keys, key_id, _Known(key, now), limit=KEYS_MAX)


def _keep(known: dict[str, T], key_id: str, value: T, *, limit: int) -> None:
    known.pop(key_id, None)  # so that it counts as the newest
    known[key_id] = value
    if len(known) > limit:
        del known[next(iter(known))]


def _read(found: Any) -> EllipticCurvePublicKey:
    with reading("get_signing_key"):
        key = load_der_public_key(base64.b64decode(found["publicKey"], validate=True))
        if not isinstance(key, EllipticCurvePublicKey):
            raise TypeError("the webhook key is not one of an elliptic curve")
        return key
