"""Feed events, and polling for inbound transfers that no webhook reported."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
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
NEAR = timedelta(minutes=10)
FAR = timedelta(hours=6)
"""
How far a look reaches back before the newest arrival that the custodian has reported.

Each ``FAR_EVERY``-th look, and the first after a start, reaches far: for what the custodian lists late.
What is seen again changes nothing.
"""
FAR_EVERY = 20
FIRST_LOOK = timedelta(days=7)
"""Until anything has arrived: how far a look reaches back by our own clock."""


@attrs.frozen
class FeedService:
    _processes: ProcessService
    _custodian: Custodian
    _cursors: Cursors
    _clock: Clock
    _looks: Iterator[int] = attrs.field(factory=itertools.count, init=False)

    async def poll_inbound(self) -> Sequence[DomainError]:
        """
        Apply every inbound transfer since the newest that was applied before, with some overlap.

        The position is a time that the custodian told, never one of our clock: a transfer that the
        custodian dates before our "now" is not behind it. A refused transfer does not stop those after it;
        the errors are returned for inspection. If one of them is retryable or a defect of ours, the next
        poll starts where this one did.
        """
        position = await self._position_of_inbound()
        arrivals = await self._custodian.inbound_since(self._start(position))
        refused = []
        for fact in arrivals:
            about = LookupKey(TRANSACTION, fact.transaction_id)
            try:
                await self._processes.apply_external(about, fact, cause=f"poll:{INBOUND}")
            except (StoreUnavailable, StaleVersion):
                raise
            except DomainError as error:
                refused.append(error)
        told = [fact.seen_at for fact in arrivals if fact.seen_at is not None]
        newest = max(told, default=None)
        is_ahead = newest is not None and (position is None or newest > position)
        is_wanted_again = any(
            error.retryable or isinstance(error, StoreRefused) for error in refused
        )
        if newest and is_ahead and not is_wanted_again:
            await self.advance(INBOUND, newest.isoformat())
        return refused

    async def _position_of_inbound(self) -> datetime | None:
        position = await self._cursors.read(INBOUND)
        return datetime.fromisoformat(position) if position else None

    def _start(self, position: datetime | None) -> datetime:
        is_far = next(self._looks) % FAR_EVERY == 0
        if position is None:
            return self._clock.now() - FIRST_LOOK
        return position - (FAR if is_far else NEAR)

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
