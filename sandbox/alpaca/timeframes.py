"""Dividing time into bars: minutes and hours of a session, sessions, weeks and months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import attrs

from sandbox.alpaca import sessions
from sandbox.alpaca.errors import Invalid

FORM = re.compile(r"([1-9][0-9]?)(Min|T|Hour|H|Day|D|Week|W|Month|M)")
MINUTES = {"Min": 1, "T": 1, "Hour": 60, "H": 60}
DAYS_MAX = 4000


@attrs.frozen
class Span:
    """From ``start`` to just before ``end``."""

    start: datetime
    end: datetime


@attrs.frozen
class Timeframe:
    """``5Min``, ``1Hour``, ``1Day``, ``1Week`` or ``3Month``, as Alpaca writes them."""

    amount: int
    unit: str

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The spans that begin in the window, each with trading in it. Raises ``Invalid``."""
        if (end - start).days > DAYS_MAX:
            raise Invalid(f"at most {DAYS_MAX} days")
        spans = self._of_sessions if self.unit in MINUTES else self._of_days
        first = start.astimezone(sessions.NEW_YORK) - timedelta(days=366)
        reach = start if self.unit in MINUTES else first
        yield from (span for span in spans(reach, end) if start <= span.start <= end)

    def _of_sessions(self, start: datetime, end: datetime) -> Iterator[Span]:
        step = timedelta(minutes=self.amount * MINUTES[self.unit])
        for day in sessions.sessions(_day(start), _day(end)):
            at, close = sessions.opening(day), sessions.closing(day)
            while at < close:
                yield Span(at, min(at + step, close))
                at += step

    def _of_days(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Consecutive sessions with the same name belong to one span."""
        name, opened = None, start
        for day in sessions.sessions(_day(start), _day(end) + timedelta(days=7)):
            midnight = datetime.combine(day, time(), sessions.NEW_YORK)
            if self._name(midnight) != name:
                if name is not None:
                    yield Span(opened, midnight)
                name, opened = self._name(midnight), midnight

    def _name(self, midnight: datetime) -> int:
        match self.unit[0]:
            case "D":
                return midnight.toordinal()
            case "W":
                return (midnight.toordinal() - 1) // 7
            case _:
                return (midnight.year * 12 + midnight.month - 1) // self.amount


def read_timeframe(text: str) -> Timeframe:
    found = FORM.fullmatch(text)
    if found is None:
        raise Invalid("timeframe is invalid")
    return Timeframe(int(found[1]), found[2])


def _day(moment: datetime) -> date:
    return moment.astimezone(sessions.NEW_YORK).date()
