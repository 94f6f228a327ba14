"""Retrying after a process has changed between reading it and committing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.errors import DomainError
from ports.processes import StaleVersion

Result = TypeVar("Result")

TRIES_MAX = 8
"""How many times a service reads and decides before it gives up."""


async def until_current(
    act: Callable[[], Awaitable[Result]], *, also: tuple[type[DomainError], ...] = ()
) -> Result:
    """
    Call ``act`` again after each ``StaleVersion``; it must read again what it decides on.

    ``also`` are further errors to retry on. Raises ``StaleVersion`` after ``TRIES_MAX`` calls.
    """
    outdated: tuple[type[DomainError], ...] = (StaleVersion, *also)
    for _ in range(TRIES_MAX):
        try:
            return await act()
        except outdated:
            continue
    raise StaleVersion
