"""
The keys with which Circle signs its webhooks.

The key's id comes with the message, from whoever sent it. A forger can invent ids without end, so what
is remembered and how often Circle is asked are both bounded.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from adapters.circle.client import CircleClient
from adapters.circle.errors import reading
from ports.clock import Clock

KEYS_MAX = 16
UNKNOWN_MAX = 1000
UNKNOWN_FOR = timedelta(minutes=5)
LOOKUPS_MAX = 10
LOOKUPS_WINDOW = timedelta(minutes=1)


T = TypeVar("T")


class SigningKeys:
    """Looks keys up once; at most ``LOOKUPS_MAX`` times in ``LOOKUPS_WINDOW``, whoever asks."""

    def __init__(self, client: CircleClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._keys: dict[str, EllipticCurvePublicKey] = {}
        self._unknown: dict[str, datetime] = {}
        self._lookups: deque[datetime] = deque(maxlen=LOOKUPS_MAX)
        self._one_at_a_time = asyncio.Lock()

    async def get(self, key_id: str) -> EllipticCurvePublicKey | None:
        """
        The key, or ``None`` when Circle has none of that id or was asked too much to ask again.

        Raises ``ProviderError`` when Circle cannot be asked.
        """
        if key_id in self._keys:
            return self._keys[key_id]
        async with self._one_at_a_time:
            if key_id not in self._keys and self._may_ask(key_id):
                await self._ask(key_id)
            return self._keys.get(key_id)

    def _may_ask(self, key_id: str) -> bool:
        now = self._clock.now()
        if key_id in self._unknown and now - self._unknown[key_id] < UNKNOWN_FOR:
            return False
        return len(self._lookups) < LOOKUPS_MAX or now - self._lookups[0] >= LOOKUPS_WINDOW

    async def _ask(self, key_id: str) -> None:
        self._lookups.append(self._clock.now())
        found = await self._client.signing_key(key_id)
        if found is None:
            _keep(self._unknown, key_id, self._clock.now(), limit=UNKNOWN_MAX)
        else:
            _keep(self._keys, key_id, _read(found), limit=KEYS_MAX)


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
