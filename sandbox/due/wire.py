"""Due's formats of ids, times and amounts (due.md §1)."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from domain.money import Money

ID_BITS = 96
DECIMALS_MIN = 2


def new_id(prefix: str, random: Random) -> str:
    return f"{prefix}{random.getrandbits(ID_BITS):024x}"


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def amount_text(money: Money) -> str:
    """A decimal string with as many digits as necessary, at least two: ``150.00``, ``12.345678``."""
    whole, _, fraction = money.decimal.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(DECIMALS_MIN, '0')}"
