"""
The keys with which Circle signs its webhooks.

The key's id comes with the message and is not trusted. A forger can invent any number of ids, so both
the cache and the rate of requests to Circle are bounded.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from adapters.circle.client import CircleClient
from adapters.circle.errors import reading
from ports.clock import Clock
from ports.errors import ProviderError

KEYS_MAX = 16
KNOWN_FOR = timedelta(hours=1)
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

    At most ``LOOKUPS_MAX`` look-ups in ``LOOKUPS_WINDOW``, over all keys.
    """

    def __init__(self, client: CircleClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._keys: dict[str, _Known] = {}
        self._unknown: dict[str, datetime] = {}
        self._lookups: deque[datetime] = deque(maxlen=LOOKUPS_MAX)
        self._one_at_a_time = asyncio.Lock()

    async def get(self, key_id: str) -> EllipticCurvePublicKey | None:
        """
        The key, or ``None`` when Circle has none with that id or the look-up limit is reached.

        Raises ``ProviderError`` when Circle cannot be reached and the key is not cached; a cached key
        stays valid while Circle cannot be reached.
        """
        if not self._is_fresh(key_id):
            async with self._one_at_a_time:
                if not self._is_fresh(key_id) and self._may_ask(key_id):
                    await self._ask(key_id)
        known = self._keys.get(key_id)
        return known.key if known else None

    def _is_fresh(self, key_id: str) -> bool:
        known = self._keys.get(key_id)
        return known is not None and self._clock.now() - known.asked_at < KNOWN_FOR

    def _may_ask(self, key_id: str) -> bool:
        now = self._clock.now()
        if key_id in self._unknown and now - self._unknown[key_id] < UNKNOWN_FOR:
            return False
        return len(self._lookups) < LOOKUPS_MAX or now - self._lookups[0] >= LOOKUPS_WINDOW

    async def _ask(self, key_id: str) -> None:
        now = self._clock.now()
        self._lookups.append(now)
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
    known[key_id] = value
    if len(known) > limit:
        del known[next(iter(known))]


def _read(found: Any) -> EllipticCurvePublicKey:
    with reading("get_signing_key"):
        key = load_der_public_key(base64.b64decode(found["publicKey"], validate=True))
        if not isinstance(key, EllipticCurvePublicKey):
            raise TypeError("the webhook key is not one of an elliptic curve")
        return key
