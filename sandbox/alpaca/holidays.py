"""The days on which the New York exchanges stay closed or close early, by their published rules."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date, timedelta

SATURDAY = 5
MONDAY, THURSDAY = 0, 3
JUNETEENTH_SINCE = 2022
# Closures outside the rules: national days of mourning.
MOURNING = frozenset({date(2018, 12, 5), date(2025, 1, 9)})


@functools.cache
def closed(year: int) -> frozenset[date]:
    """The weekdays of ``year`` without a session."""
    fixed = [date(year, 7, 4), date(year, 12, 25)]
    if year >= JUNETEENTH_SINCE:
        fixed.append(date(year, 6, 19))
    floating = [
        _nth(year, 1, MONDAY, 3),
        _nth(year, 2, MONDAY, 3),
        easter(year) - timedelta(days=2),
        _nth(year, 6, MONDAY, 1) - timedelta(days=7),
        _nth(year, 9, MONDAY, 1),
        _thanksgiving(year),
    ]
    mourning = [day for day in MOURNING if day.year == year]
    observed = [_observed(day) for day in fixed]
    return frozenset([*observed, *_new_year(year), *floating, *mourning])


@functools.cache
def short(year: int) -> frozenset[date]:
    """The sessions of ``year`` that end at 13:00."""
    eves = [date(year, 7, 3), date(year, 12, 24), _thanksgiving(year) + timedelta(days=1)]
    return frozenset(day for day in eves if day.weekday() < SATURDAY and day not in closed(year))


def _observed(day: date) -> date:
    match day.weekday():
        case 5:
            return day - timedelta(days=1)
        case 6:
            return day + timedelta(days=1)
        case _:
            return day


def _new_year(year: int) -> Iterator[date]:
    """A New Year's Day on a Saturday is not observed on the Friday before."""
    day = date(year, 1, 1)
    if day.weekday() != SATURDAY:
        yield _observed(day)


def _thanksgiving(year: int) -> date:
    return _nth(year, 11, THURSDAY, 4)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    golden, century = year % 19, year // 100
    correction = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = correction - correction // 28 * (1 - 29 // (correction + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    days = moon - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))
