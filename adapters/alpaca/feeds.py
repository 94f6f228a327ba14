"""Alpaca's event streams of trades, journals and account status (alpaca.md §9)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Any, ClassVar

import attrs
import structlog

from adapters.alpaca import events
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import reading
from adapters.alpaca.sse import frames
from ports.clock import Clock
from ports.errors import ProviderOutcomeUnknown, ProviderRejected
from ports.inbound import Event, Feed, InboundFact, unheard

RECENT_PAST = timedelta(days=1)
"""
How far the first look at a stream reaches back. It is by our own clock, until the stream has reported
anything, so it is far longer than any clock is wrong.
"""

_log = structlog.get_logger(__name__)


@attrs.frozen(kw_only=True)
class AlpacaFeed(Feed):
    """
    A stream that resumes after the id of the last event seen.

    A malformed event is logged and skipped, so that it does not block the events after it. A look-up
    finds later what it would have reported.
    """

    NAME: ClassVar[str]
    PATH: ClassVar[str]
    ID_FIELD: ClassVar[str] = "event_id"
    RESUME_BY: ClassVar[str] = "since_id"

    _client: AlpacaClient
    _clock: Clock

    @property
    def name(self) -> str:
        return self.NAME

    async def events(
        self, *, since: str | None, alive: Callable[[], None] = unheard
    ) -> AsyncGenerator[Event, None]:
        request = self._client.read(self.PATH, operation=self.NAME, params=self._from(since))
        lines = await self._client.stream(request)
        try:
            async with aclosing(frames(lines, operation=self.NAME, alive=alive)) as stream:
                async for event in stream:
                    position = event.get(self.ID_FIELD)
                    if isinstance(position, str) and position:
                        yield Event(position, self._inbound_logged(event, position))
                    else:
                        _log.error("event without a position", feed=self.NAME)
        except ProviderRejected:
            self._client.credentials.expire()  # so that the next try has new ones
            raise

    @abstractmethod
    def _inbound(self, event: Mapping[str, Any]) -> InboundFact | None:
        """The fact in the event, or None when it does not concern us."""

    def _from(self, since: str | None) -> dict[str, str]:
        if since is not None:
            return {self.RESUME_BY: since}
        return {"since": f"{self._clock.now() - RECENT_PAST:%Y-%m-%dT%H:%M:%SZ}"}

    def _inbound_logged(self, event: Mapping[str, Any], position: str) -> InboundFact | None:
        try:
            with reading(self.NAME):
                return self._inbound(event)
        except ProviderOutcomeUnknown as unreadable:
            _log.error(
                "malformed event", feed=self.NAME, position=position, detail=unreadable.detail
            )
            return None


class AlpacaTradeFeed(AlpacaFeed):
    NAME = "alpaca.trades"
    PATH = "/v2/events/trades"

    def _inbound(self, event: Mapping[str, Any]) -> InboundFact | None:
        return events.trade(event)


class AlpacaJournalFeed(AlpacaFeed):
    NAME = "alpaca.journals"
    PATH = "/v2/events/journals/status"

    def _inbound(self, event: Mapping[str, Any]) -> InboundFact | None:
        return events.journal(event)


class AlpacaAccountFeed(AlpacaFeed):
    """A first-generation stream, whose position is in another field."""

    NAME = "alpaca.accounts"
    PATH = "/v1/events/accounts/status"
    ID_FIELD = "event_ulid"
    RESUME_BY = "since_ulid"

    def _inbound(self, event: Mapping[str, Any]) -> InboundFact | None:
        return events.account(event)
