"""Passwords without hashing, so that tests are fast."""

from __future__ import annotations

from ports.identity import Passwords

_PLAIN = "plain:"


class PlainPasswords(Passwords):
    """For tests only: the hash contains the password."""

    async def hash(self, password: str) -> str:
        return _PLAIN + password

    async def matches(self, password: str, password_hash: str | None) -> bool:
        return password_hash == _PLAIN + password
