"""Nonces remembered inside one process."""

from __future__ import annotations

from datetime import datetime, timedelta

from ports.clock import Clock
from ports.nonces import Nonces, NoncesUnavailable


class InMemoryNonces(Nonces):
    """With ``is_away`` it behaves as if its store did not answer."""

    def __init__(self, clock: Clock) -> None:
        self.is_away = False
        self._clock = clock
        self._until: dict[str, datetime] = {}

    async def use(self, name: str, *, for_s: int) -> bool:
        if self.is_away:
            raise NoncesUnavailable
        now = self._clock.now()
        if name in self._until and now < self._until[name]:
            return False
        self._until[name] = now + timedelta(seconds=for_s)
        return True
