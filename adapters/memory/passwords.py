"""Passwords that are not hashed at all, so that tests are quick."""

from __future__ import annotations

from ports.identity import Passwords

_PLAIN = "plain:"


class PlainPasswords(Passwords):
    """For tests only: whoever reads the hash reads the password."""

    async def hash(self, password: str) -> str:
        return _PLAIN + password

    async def matches(self, password: str, password_hash: str | None) -> bool:
        return password_hash == _PLAIN + password
