"""Argon2id, in a thread of its own so that the event loop never waits for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ports.identity import Passwords

THREADS_MAX = 2


class Argon2Passwords(Passwords):
    """Argon2's defaults follow RFC 9106's low-memory profile."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="argon2")
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        loop = asyncio.get_running_loop()
        known = password_hash or self._nobody
        try:
            await loop.run_in_executor(self._threads, self._hasher.verify, known, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
