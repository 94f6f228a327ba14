"""Durations as Prometheus writes them, which a ``Pace`` shortens for tests."""

from __future__ import annotations

import re

import attrs

_UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_TEXT = re.compile(r"(\d+)(d|h|m|s|ms)")


@attrs.frozen(order=True)
class Duration:
    """A whole number of milliseconds."""

    ms: int

    @classmethod
    def of(cls, text: str) -> Duration:
        """Raises ``ValueError`` for anything but one number with one unit, such as ``5m``."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a duration")
        return cls(int(found[1]) * _UNITS_MS[found[2]])

    @property
    def seconds(self) -> float:
        return self.ms / 1000

    def __str__(self) -> str:
        """The duration in the largest unit that divides it."""
        if not self.ms:
            return "0s"
        unit, size = next(each for each in _UNITS_MS.items() if self.ms % each[1] == 0)
        return f"{self.ms // size}{unit}"


NONE = Duration(0)


@attrs.frozen
class Pace:
    """By how much durations are shortened: 30 makes 10 s of 5 min. Only zero becomes zero."""

    factor: float = 1.0

    def __call__(self, duration: Duration) -> Duration:
        return Duration(max(1, round(duration.ms / self.factor)) if duration.ms else 0)


REAL = Pace()
