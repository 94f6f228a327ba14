"""The market's hours for orders: the exchanges' own, or always open."""

from __future__ import annotations

from datetime import datetime

import attrs

from sandbox.alpaca import sessions
from sandbox.world import World


@attrs.define(kw_only=True)
class Hours:
    """With ``always_open`` no order waits for the opening and none expires at the close."""

    _world: World
    always_open: bool

    @property
    def is_open(self) -> bool:
        return self.always_open or sessions.is_open(self._now())

    def wait_s(self, time_in_force: str, *, extended: bool) -> float:
        """How long an order waits for the market, in seconds; 0 when it can be filled now."""
        if self.always_open:
            return 0.0
        now = self._now()
        match time_in_force:
            case "opg":
                return self._until_s(sessions.next_open(now))
            case "cls":
                return self._until_s(sessions.next_close(now))
            case _ if sessions.is_open(now, extended=extended):
                return 0.0
            case _:
                return self._until_s(sessions.next_open(now, extended=extended))

    def day_left_s(self, *, extended: bool) -> float | None:
        """Seconds until a day order expires; None when it does not."""
        if self.always_open:
            return None
        return self._until_s(sessions.next_close(self._now(), extended=extended))

    def _now(self) -> datetime:
        return self._world.clock.now()

    def _until_s(self, moment: datetime) -> float:
        return (moment - self._now()).total_seconds()
