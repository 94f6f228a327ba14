"""When the market is open: weekdays 09:30 to 16:00 in New York. Holidays are not modelled."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
OPEN = time(9, 30)
CLOSE = time(16, 0)
FIRST_WEEKEND_DAY = 5


def is_session(day: date) -> bool:
    return day.weekday() < FIRST_WEEKEND_DAY


def is_open(moment: datetime) -> bool:
    local = moment.astimezone(NEW_YORK)
    return is_session(local.date()) and OPEN <= local.time() < CLOSE


def next_at(moment: datetime, at: time) -> datetime:
    """The first ``at`` of a session strictly after ``moment``, in New York time."""
    day = moment.astimezone(NEW_YORK).date()
    while not is_session(day) or datetime.combine(day, at, NEW_YORK) <= moment:
        day += timedelta(days=1)
    return datetime.combine(day, at, NEW_YORK)


def settlement(day: date) -> date:
    """The session after ``day``: trades settle a day later."""
    following = day + timedelta(days=1)
    while not is_session(following):
        following += timedelta(days=1)
    return following


def sessions(start: date, end: date) -> list[date]:
    days = (end - start).days + 1
    every = (start + timedelta(days=offset) for offset in range(max(days, 0)))
    return [day for day in every if is_session(day)]
