"""Waiting in tests: for a condition, however slow the machine is, or for turns of the event loop."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

LIMIT_S = 120.0
"""A test that waits longer has failed; no test may need to wait about as long."""
POLL_S = 0.01


class NeverHappened(AssertionError):
    """A condition did not become true within the limit."""


async def eventually(
    condition: Callable[[], object], what: str = "a condition", *, limit_s: float = LIMIT_S
) -> Any:
    """
    Ask until the outcome is true, and return it. Raises ``NeverHappened``.

    ``condition`` may be a coroutine function.
    """
    give_up_at_s = time.monotonic() + limit_s
    while True:
        outcome = condition()
        found = await outcome if inspect.isawaitable(outcome) else outcome
        if found:
            return found
        if time.monotonic() >= give_up_at_s:
            raise NeverHappened(f"{what}: not within {limit_s:g} s, last {found!r}")
        await asyncio.sleep(POLL_S)


def wait_until(condition: Callable[[], bool], what: str, *, limit_s: float = LIMIT_S) -> None:
    """As ``eventually``, outside of an event loop."""
    give_up_at_s = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() >= give_up_at_s:
            raise NeverHappened(f"{what}: not within {limit_s:g} s")
        time.sleep(POLL_S)


async def turns(count: int = 20) -> None:
    """Let the event loop do what it can do now: for servers and tasks of this process."""
    for _ in range(count):
        await asyncio.sleep(0)
