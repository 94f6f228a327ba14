"""What a service does when a process has changed between reading it and committing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.errors import DomainError
from ports.processes import StaleVersion

Result = TypeVar("Result")

TRIES_MAX = 8
"""How often a service reads and decides again before it gives up."""


async def until_current(
    act: Callable[[], Awaitable[Result]], *, also: tuple[type[DomainError], ...] = ()
) -> Result:
    """
    What ``act`` returns. It is called again after ``StaleVersion``, and must read again what it decides on.

    ``also`` are other errors to call it again after. Raises ``StaleVersion`` after ``TRIES_MAX`` calls.
    """
    outdated: tuple[type[DomainError], ...] = (StaleVersion, *also)
    for _ in range(TRIES_MAX):
        try:
            return await act()
        except outdated:
            continue
    raise StaleVersion
