"""Random ids and secrets: the only source of randomness for them."""

from __future__ import annotations

import secrets
import uuid

from adapters.system.clock import SystemClock
from domain.ids import ProcessId
from ports.clock import Clock
from ports.ids import Ids

_RANDOM_BITS = 74
_SECRET_BYTES = 32


class SystemIds(Ids):
    """UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def new(self) -> ProcessId:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        chance = secrets.randbits(_RANDOM_BITS)
        high, low = chance >> 62, chance & ((1 << 62) - 1)
        value = milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
        return ProcessId(str(uuid.UUID(int=value)))

    def secret(self) -> str:
        return secrets.token_urlsafe(_SECRET_BYTES)

    def fraction(self) -> float:
        return secrets.randbits(53) / (1 << 53)
