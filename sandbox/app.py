"""The sandbox as one web application: each provider under its own prefix, beside the control API."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from sandbox import dashboard
from sandbox.autosave import Autosave
from sandbox.control import Control
from sandbox.control_faults import FaultRoutes, load
from sandbox.entries.control import EntryRoutes
from sandbox.faults.files import read_file
from sandbox.faults.traffic import Traffic
from sandbox.overview import Overview
from sandbox.providers import Providers, new_providers
from sandbox.settings import SandboxSettings
from sandbox.snapshot import read_snapshot
from sandbox.world import World, create_world

BODY_BYTES_MAX = 16 * 2**20


def create_app(settings: SandboxSettings, *, world: World | None = None) -> web.Application:
    """
    A sandbox that continues from its state file, or one with empty books.

    ``world`` gives a test access to the clock and the chain of a new one. Raises
    ``UnusableSnapshot``, and ``BadRule`` for the file of faults.
    """
    kept = _kept_providers(settings.state, speed=settings.speed) if settings.state else None
    providers = kept or new_providers(
        settings, world or create_world(seed=settings.seed, speed=settings.speed)
    )
    if settings.faults:
        load(providers.world.faults, read_file(settings.faults))
    traffic = Traffic()
    control = Control(world=providers.world, provider_books=providers.books)
    overview = Overview(world=providers.world, provider_books=providers.books, traffic=traffic)
    faults = FaultRoutes(faults=providers.world.faults, traffic=traffic)
    app = web.Application(client_max_size=BODY_BYTES_MAX)
    sandbox = web.Application(middlewares=control.middlewares())
    entries = EntryRoutes(providers.entries())
    for part in (control, faults, entries, overview, dashboard):
        sandbox.add_routes(part.routes())
    for prefix, mounted in {**providers.by_prefix(traffic), "/sandbox": sandbox}.items():
        app.add_subapp(prefix, mounted)
    if settings.state:
        _keep(settings.state, app, providers, interval_s=settings.state_interval_s)
    app.cleanup_ctx.append(lambda _: _running(providers.world))
    app.on_shutdown.append(lambda _: _end_streams(providers))
    return app


def _kept_providers(path: Path, *, speed: float) -> Providers | None:
    snapshot = read_snapshot(path)
    if snapshot is None:
        return None
    providers: Providers = snapshot.state
    if not snapshot.is_last:
        providers.world.go_on_after_crash(lost_s=max(time.time() - snapshot.taken_at, 0.0))
    providers.world.clock.set_speed(speed)
    return providers


def _keep(path: Path, app: web.Application, providers: Providers, *, interval_s: float) -> None:
    """Save to ``path``; the first in ``cleanup_ctx`` saves last, when all others have ended."""
    autosave = Autosave(path, providers=providers, interval_s=interval_s)
    app.middlewares.append(autosave.middleware)
    app.cleanup_ctx.append(autosave.running)


async def _end_streams(providers: Providers) -> None:
    providers.alpaca.close()


async def _running(world: World) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(world.clock.run()), asyncio.create_task(world.webhooks.run())]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
