"""Argon2id, in separate threads so that it does not block the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ports.identity import Passwords

THREADS_MAX = 2


class Argon2Passwords(Passwords):
    """
    The library's defaults follow the low-memory profile of RFC 9106.

    An unknown account is checked against a dummy hash, so that it takes as long as a known one.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="argon2")
        self._dummy_hash = self._hasher.hash("a password of no account")

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        loop = asyncio.get_running_loop()
        known = password_hash or self._dummy_hash
        try:
            await loop.run_in_executor(self._threads, self._hasher.verify, known, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
