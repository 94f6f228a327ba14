"""What every doorbell must do; both ends may be in different processes."""

from __future__ import annotations

import asyncio

import attrs

from ports.job_signal import JobSignal
from tests.support.waiting import LIMIT_S, turns

SOON_S = 0.05
SILENT_S = 0.5
"""A ring that comes back from elsewhere is much earlier."""
LONG_S = 4 * LIMIT_S
RINGS_MAX = 20


@attrs.frozen
class Doorbells:
    """One bell as two processes see it."""

    here: JobSignal
    there: JobSignal


async def silence(bell: JobSignal) -> None:
    """Return once nothing rings any more: a ring may be heard here and come back from elsewhere."""
    loop = asyncio.get_running_loop()
    for _ in range(RINGS_MAX):
        began = loop.time()
        await bell.wait(SILENT_S)
        if loop.time() - began >= SILENT_S:
            return
    raise AssertionError("it never stops ringing")


class JobSignalContract:
    """Subclasses provide the fixture ``bells``."""

    async def test_a_ring_wakes_whoever_waits(self, bells: Doorbells) -> None:
        waiting = asyncio.create_task(bells.there.wait(LONG_S))
        await turns()
        await bells.here.notify()
        await asyncio.wait_for(waiting, LIMIT_S)

    async def test_a_ring_before_the_wait_is_not_lost(self, bells: Doorbells) -> None:
        await bells.here.notify()
        await asyncio.wait_for(bells.here.wait(LONG_S), LIMIT_S)

    async def test_without_a_ring_the_wait_ends_by_itself(self, bells: Doorbells) -> None:
        await asyncio.wait_for(bells.here.wait(SOON_S), LIMIT_S)

    async def test_rings_that_were_heard_are_over(self, bells: Doorbells) -> None:
        for _ in range(3):
            await bells.here.notify()
        await silence(bells.here)
        again = asyncio.create_task(bells.here.wait(LONG_S))
        await turns()
        is_woken = again.done()
        again.cancel()
        await asyncio.wait([again])
        assert not is_woken
