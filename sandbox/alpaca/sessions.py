"""When the exchanges trade: weekdays 09:30 to 16:00 in New York, less the holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.alpaca import holidays

NEW_YORK = ZoneInfo("America/New_York")
EXTENDED_OPEN = time(4, 0)
OPEN = time(9, 30)
CLOSE = time(16, 0)
EARLY_CLOSE = time(13, 0)
EXTENDED_CLOSE = time(20, 0)
FIRST_WEEKEND_DAY = 5


def is_session(day: date) -> bool:
    return day.weekday() < FIRST_WEEKEND_DAY and day not in holidays.closed(day.year)


def opening(day: date, *, extended: bool = False) -> datetime:
    return datetime.combine(day, EXTENDED_OPEN if extended else OPEN, NEW_YORK)


def closing(day: date, *, extended: bool = False) -> datetime:
    """The end of the session. guess: after a short session, extended hours still end at 20:00."""
    if extended:
        return datetime.combine(day, EXTENDED_CLOSE, NEW_YORK)
    early = day in holidays.short(day.year)
    return datetime.combine(day, EARLY_CLOSE if early else CLOSE, NEW_YORK)


def is_open(moment: datetime, *, extended: bool = False) -> bool:
    day = moment.astimezone(NEW_YORK).date()
    return is_session(day) and (
        opening(day, extended=extended) <= moment < closing(day, extended=extended)
    )


def next_open(moment: datetime, *, extended: bool = False) -> datetime:
    """The first opening strictly after ``moment``, in New York time."""
    day = session_from(moment.astimezone(NEW_YORK).date())
    if opening(day, extended=extended) <= moment:
        day = settlement(day)
    return opening(day, extended=extended)


def next_close(moment: datetime, *, extended: bool = False) -> datetime:
    """The first close strictly after ``moment``, in New York time."""
    day = session_from(moment.astimezone(NEW_YORK).date())
    if closing(day, extended=extended) <= moment:
        day = settlement(day)
    return closing(day, extended=extended)


def last_close(moment: datetime) -> datetime:
    """The latest close at or before ``moment``, in New York time."""
    day = moment.astimezone(NEW_YORK).date()
    while not is_session(day) or closing(day) > moment:
        day -= timedelta(days=1)
    return closing(day)


def session_from(day: date) -> date:
    """``day``, or the first session after it."""
    while not is_session(day):
        day += timedelta(days=1)
    return day


def settlement(day: date) -> date:
    """The session after ``day``: trades settle a day later."""
    return session_from(day + timedelta(days=1))


def sessions(start: date, end: date) -> list[date]:
    days = (end - start).days + 1
    every = (start + timedelta(days=offset) for offset in range(max(days, 0)))
    return [day for day in every if is_session(day)]
