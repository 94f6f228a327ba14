"""Takes in providers' webhooks: verified, kept byte for byte, read later."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ports.clock import Clock
from ports.doorbell import Doorbell
from ports.notices import Webhooks
from ports.processes import Processes, Unit


@attrs.frozen
class MailroomService:
    _processes: Processes
    _webhooks: Mapping[str, Webhooks]
    _clock: Clock
    _doorbell: Doorbell

    async def receive(self, source: str, *, body: bytes, headers: Mapping[str, str]) -> None:
        """
        Keep the message and the job of reading it, in one commit.

        Raises ``ForgedMessage``; then nothing is kept. A message that came before is not kept again.
        """
        message = await self._webhooks[source].verify(body, headers)
        await self._processes.commit(Unit(at=self._clock.now(), messages=(message,)))
        await self._doorbell.ring()

    async def subscribe(self, urls: Mapping[str, str]) -> None:
        """Have each provider send its webhooks to its URL."""
        for source, url in urls.items():
            await self._webhooks[source].subscribe(url)
