"""One-time codes computed simply from the secret and the time step."""

from __future__ import annotations

import itertools
from datetime import datetime

from ports.identity import OneTimeCodes

INTERVAL_S = 30
_BASE = 1_000_000


class PlainCodes(OneTimeCodes):
    """For tests only."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new_secret(self) -> str:
        return f"SECRET{next(self._numbers)}"

    def uri(self, secret: str, *, account: str) -> str:
        return f"otpauth://totp/{account}?secret={secret}"

    def step_of(self, secret: str, code: str, *, at: datetime) -> int | None:
        now = _step(at)
        steps = range(now - 1, now + 2)
        return next((step for step in steps if _code(secret, step) == code), None)

    def shown(self, secret: str, *, at: datetime) -> str:
        """The code that an authenticator with this secret shows."""
        return _code(secret, _step(at))


def _step(at: datetime) -> int:
    return int(at.timestamp()) // INTERVAL_S


def _code(secret: str, step: int) -> str:
    salt = sum(secret.encode()) * 1000
    return f"{(step + salt) % _BASE:06d}"
