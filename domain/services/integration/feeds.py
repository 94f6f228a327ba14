"""Feed events, and polling for inbound transfers that no webhook reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from domain.errors import DomainError
from domain.ids import LookupKey
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.services.commits.processes import ProcessService
from ports.clock import Clock
from ports.cursors import Cursors
from ports.custody import Custodian
from ports.errors import StoreRefused, StoreUnavailable
from ports.inbound import Event
from ports.processes import StaleVersion

INBOUND = "custodian.inbound"
OVERLAP = timedelta(minutes=1)
FIRST_LOOK = timedelta(days=1)


@attrs.frozen
class FeedService:
    _processes: ProcessService
    _custodian: Custodian
    _cursors: Cursors
    _clock: Clock

    async def poll_inbound(self) -> Sequence[DomainError]:
        """
        Apply every inbound transfer since the last poll, with some overlap.

        A refused transfer does not stop those after it; the errors are returned for inspection. If one of
        them is retryable or a defect of ours, the next poll starts where this one did.
        """
        now = self._clock.now()
        position = await self._cursors.read(INBOUND)
        since = datetime.fromisoformat(position) - OVERLAP if position else now - FIRST_LOOK
        arrivals = await self._custodian.inbound_since(since)
        refused = []
        for fact in arrivals:
            about = LookupKey(TRANSACTION, fact.transaction_id)
            try:
                await self._processes.apply_external(about, fact, cause=f"poll:{INBOUND}")
            except (StoreUnavailable, StaleVersion):
                raise
            except DomainError as error:
                refused.append(error)
        if not any(error.retryable or isinstance(error, StoreRefused) for error in refused):
            await self._cursors.advance(INBOUND, now.isoformat(), at=now)
        return refused

    async def position(self, feed: str) -> str | None:
        return await self._cursors.read(feed)

    async def apply_event(self, feed: str, event: Event) -> DomainError | None:
        """
        Apply the fact of an event of ``feed``; a refusal is returned for inspection.

        Raises ``StoreUnavailable`` or ``StaleVersion`` when the event must be applied again.
        """
        if event.inbound is None:
            return None
        try:
            cause = f"event:{feed}:{event.position}"
            await self._processes.apply_external(
                event.inbound.about, event.inbound.fact, cause=cause
            )
        except (StoreUnavailable, StaleVersion):
            raise
        except DomainError as error:
            return error
        return None

    async def advance(self, feed: str, position: str) -> None:
        """Store ``position``, up to which everything is committed."""
        await self._cursors.advance(feed, position, at=self._clock.now())
