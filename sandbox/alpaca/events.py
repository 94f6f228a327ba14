"""
The broker's event streams: everything that happened, in order, kept for replay.

Alpaca has no webhooks; a stream is read from any point and then followed (alpaca.md §9).
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import Enum

import attrs
import orjson

from sandbox.alpaca.broadcast import Broadcast
from sandbox.alpaca.ulids import Ulids
from sandbox.faults import outcomes
from sandbox.world import World

HISTORY_MAX = 200_000
LAST_NUMBER_BEFORE = 15_000


class Stream(Enum):
    ACCOUNTS = "accounts"
    JOURNALS = "journals"
    TRADES = "trades"
    TRANSFERS = "transfers"
    ACTIVITIES = "nta"
    STATEMENT = "activities"
    # Served but always empty: the sandbox has no such events.
    SYSTEM = "system"
    ADMIN = "admin-actions"
    IPOS = "ipos"


@attrs.frozen
class Event:
    """One thing that happened, already encoded as the old (v1) and the current (v2) API show it."""

    ulid: str
    number: int
    legacy: bytes
    current: bytes


class Events:
    """The logs of all streams, and the broadcast that wakes readers when one grows."""

    def __init__(self, *, world: World) -> None:
        self._world = world
        self._ulids = Ulids(world=world)
        self._last_number = LAST_NUMBER_BEFORE
        self._logs: dict[Stream, list[Event]] = defaultdict(list)
        self.broadcast = Broadcast()

    def publish(
        self,
        stream: Stream,
        common: Mapping[str, object],
        *,
        legacy: Mapping[str, object] | None = None,
        current: Mapping[str, object] | None = None,
    ) -> None:
        """Append one event; ``legacy`` and ``current`` are what only that version carries."""
        self._last_number += 1
        ulid, number = self._ulids.new(), self._last_number
        shared = {**common, "at": self._world.clock.stamp()}
        old = {**shared, **(legacy or {}), "event_id": number, "event_ulid": ulid}
        new = {**shared, **(current or {}), "event_id": ulid}
        log = self._logs[stream]
        event = Event(ulid, number, orjson.dumps(old), orjson.dumps(new))
        log.extend([event] * self._copies(stream, new))
        if len(log) > HISTORY_MAX:
            del log[: HISTORY_MAX // 2]
        self.broadcast.signal()

    def _copies(self, stream: Stream, event: Mapping[str, object]) -> int:
        copies = {"dropped": 0, "repeated": 2}
        wanted = self._world.faults.outcome(
            outcomes.BROKER_EVENT, {**event, "stream": stream.value}
        )
        return copies.get(wanted or "", 1)

    def after(self, stream: Stream, ulid: str, *, limit: int) -> Sequence[Event]:
        """Up to ``limit`` events that sort after ``ulid``, oldest first."""
        log = self._logs[stream]
        start = bisect.bisect_right(log, ulid, key=lambda event: event.ulid)
        return log[start : start + limit]

    def newest(self, stream: Stream) -> str:
        """The ULID of the last event; sorts before every event when there is none."""
        log = self._logs[stream]
        return log[-1].ulid if log else ""

    def ulid_of(self, stream: Stream, number: int) -> str:
        """The ULID of the last event numbered at most ``number``; sorts first when there is none."""
        log = self._logs[stream]
        end = bisect.bisect_right(log, number, key=lambda event: event.number)
        return log[end - 1].ulid if end else ""
