"""News that comes by itself: event streams, and polling for arrivals that no webhook told."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from domain.errors import DomainError
from domain.ids import ProviderRef
from domain.processes.deposit_settlement import TRANSACTION
from domain.services.processes import ProcessService
from ports.clock import Clock
from ports.cursors import Cursors
from ports.custody import Custodian
from ports.errors import StoreUnavailable
from ports.notices import Event
from ports.processes import StaleVersion

INBOUND = "custodian.inbound"
OVERLAP = timedelta(minutes=5)
FIRST_LOOK = timedelta(days=1)


@attrs.frozen
class NewsService:
    _processes: ProcessService
    _custodian: Custodian
    _cursors: Cursors
    _clock: Clock

    async def poll_arrivals(self) -> int:
        """Take in every arrival since the last poll, with some overlap; how many were seen."""
        now = self._clock.now()
        position = await self._cursors.read(INBOUND)
        since = datetime.fromisoformat(position) - OVERLAP if position else now - FIRST_LOOK
        arrivals = await self._custodian.inbound_since(since)
        for fact in arrivals:
            about = ProviderRef(TRANSACTION, fact.transaction_id)
            await self._processes.apply(about, fact, cause=f"poll:{INBOUND}")
        await self._cursors.advance(INBOUND, now.isoformat(), at=now)
        return len(arrivals)

    async def position(self, feed: str) -> str | None:
        return await self._cursors.read(feed)

    async def take_in(self, feed: str, event: Event) -> DomainError | None:
        """
        Apply the notice of an event of ``feed``; what the books refuse is returned, to be looked at.

        Raises ``StoreUnavailable`` or ``StaleVersion`` when the event must be taken in again.
        """
        if event.notice is None:
            return None
        try:
            cause = f"event:{feed}:{event.position}"
            await self._processes.apply(event.notice.about, event.notice.fact, cause=cause)
        except (StoreUnavailable, StaleVersion):
            raise
        except DomainError as error:
            return error
        return None

    async def advance(self, feed: str, position: str) -> None:
        """Everything up to ``position`` is committed."""
        await self._cursors.advance(feed, position, at=self._clock.now())
