"""
A circuit breaker as a pure state machine, which is given the time and the outcome of each call.

    closed -> open         too many of the recent calls failed
    open -> half open      after a pause
    half open -> closed    the single probe got a response
    half open -> open      it got none

A caller's error (4xx) never counts as a failure of the provider.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

import attrs

from adapters.resilience.policy import BreakerPolicy

Ticket = NewType("Ticket", int)
"""Proof of admission; it is void once the breaker has changed its position."""


class Position(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@attrs.define(kw_only=True)
class Breaker:
    """
    The breaker of one kind of operations of a provider.

    Every admitted call must be reported by exactly one of ``succeeded``, ``failed``, ``refused`` and
    ``abandoned``.
    """

    policy: BreakerPolicy = attrs.field(factory=BreakerPolicy)
    _turn: int = attrs.field(default=0, init=False)
    _opened_at: datetime | None = attrs.field(default=None, init=False)
    _is_probing: bool = attrs.field(default=False, init=False)
    _failures: int = attrs.field(default=0, init=False)
    _calls: deque[tuple[datetime, bool]] = attrs.field(factory=deque, init=False)

    def position(self, *, now: datetime) -> Position:
        if self._opened_at is None:
            return Position.CLOSED
        pause = timedelta(seconds=self.policy.open_s)
        return Position.HALF_OPEN if now - self._opened_at >= pause else Position.OPEN

    def admit(self, *, now: datetime) -> Ticket | None:
        """A ticket if the call may be made; while half open, one at a time."""
        match self.position(now=now):
            case Position.CLOSED:
                return Ticket(self._turn)
            case Position.HALF_OPEN if not self._is_probing:
                self._is_probing = True
                return Ticket(self._turn)
            case _:
                return None

    def succeeded(self, ticket: Ticket, *, now: datetime) -> None:
        if ticket != self._turn:
            return
        if self._opened_at is None:
            self._remember(now, failed=False)
        else:
            self._turn_to(None)

    def failed(self, ticket: Ticket, *, now: datetime) -> None:
        if ticket != self._turn:
            return
        if self._opened_at is None:
            self._remember(now, failed=True)
        if self._opened_at is not None or self._is_too_much():
            self._turn_to(now)

    def refused(self, ticket: Ticket) -> None:
        """The provider rejected the request as wrong: it is available, and this is not a failure."""
        if ticket == self._turn and self._opened_at is not None:
            self._turn_to(None)

    def abandoned(self, ticket: Ticket) -> None:
        """The caller gave up for its own reasons; another call may probe."""
        if ticket == self._turn:
            self._is_probing = False

    def _remember(self, now: datetime, *, failed: bool) -> None:
        self._calls.append((now, failed))
        self._failures += failed
        horizon = now - timedelta(seconds=self.policy.window_s)
        while self._calls[0][0] < horizon or len(self._calls) > self.policy.calls_max:
            self._failures -= self._calls.popleft()[1]

    def _is_too_much(self) -> bool:
        count = len(self._calls)
        enough = count >= self.policy.calls_min
        return enough and self._failures >= self.policy.error_rate_max * count

    def _turn_to(self, opened_at: datetime | None) -> None:
        self._turn += 1
        self._opened_at = opened_at
        self._is_probing = False
        self._failures = 0
        self._calls.clear()
