"""Circle's formats of times and amounts (circle.md §5)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sandbox.clock import SandboxClock


def whole_second(clock: SandboxClock) -> datetime:
    """Now, as precise as times on the wire, so that date filters agree with them."""
    return clock.now().astimezone(UTC).replace(microsecond=0)


def wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wire_units(units: int, decimals: int) -> str:
    """A decimal string without trailing zeros: ``25``, ``0.5``."""
    whole, rest = divmod(units, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".") if rest else str(whole)


def wire_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
