"""Keeps the state file up to date while the sandbox runs, and completes it at a clean stop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.providers import Providers
from sandbox.snapshot import Snapshot, replace_file

# A snapshot blocks all requests (0.2 s with 500 accounts, 3000 transactions and 2500 orders),
# so the pause after a long one is that many times as long.
PAUSE_PER_STALL = 20
READING = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger(__name__)


class Autosave:
    """
    Saves changes every ``interval_s`` real seconds; a killed sandbox loses no more than that.

    A big state is saved less often: see ``PAUSE_PER_STALL``.
    """

    def __init__(self, path: Path, *, providers: Providers, interval_s: float) -> None:
        self._path = path
        self._providers = providers
        self._interval_s = self._pause_s = interval_s
        self._commands = 0
        self._saved = self._changes()
        self._stopping = asyncio.Event()

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        saving = asyncio.create_task(self._save_often())
        yield
        self._stopping.set()
        await saving
        replace_file(self._path, self._snapshot(is_last=True))

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            self._commands += request.method not in READING

    def _changes(self) -> int:
        """A count that grows with every possible change of the state: requests, timers, webhooks."""
        world = self._providers.world
        return self._commands + world.clock.fired + world.webhooks.attempted

    async def _save_often(self) -> None:
        while not await self._stops_within(self._pause_s):
            if self._changes() == self._saved:
                continue
            try:
                await self._save()
            except Exception:  # noqa: BLE001 - the next save may work, and the last one must
                _log.exception("the state was not saved to %s; trying again", self._path)

    async def _stops_within(self, pause_s: float) -> bool:
        try:
            async with asyncio.timeout(pause_s):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _save(self) -> None:
        started_s, changes = time.monotonic(), self._changes()
        content = self._snapshot(is_last=False)
        stall_s = time.monotonic() - started_s
        self._pause_s = max(self._interval_s, stall_s * PAUSE_PER_STALL)
        await asyncio.to_thread(replace_file, self._path, content)
        self._saved = changes

    def _snapshot(self, *, is_last: bool) -> bytes:
        return Snapshot(state=self._providers, taken_at=time.time(), is_last=is_last).encode()
