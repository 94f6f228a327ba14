"""The sandbox as one web application: each provider under its own prefix, beside the control API."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

import attrs
from aiohttp import web

from entrypoints.sandbox.alpaca.provider import AlpacaSandbox
from entrypoints.sandbox.circle.provider import CircleSandbox
from entrypoints.sandbox.control import Control
from entrypoints.sandbox.due.provider import DueSandbox
from entrypoints.sandbox.settings import SandboxSettings
from entrypoints.sandbox.world import World, create_world

BODY_BYTES_MAX = 16 * 2**20


@attrs.frozen(kw_only=True)
class Providers:
    """The three providers in one world."""

    circle: CircleSandbox
    alpaca: AlpacaSandbox
    due: DueSandbox

    def by_prefix(self) -> Mapping[str, web.Application]:
        circle = web.Application(middlewares=self.circle.middlewares())
        circle.add_routes(self.circle.routes())
        due = web.Application(middlewares=self.due.middlewares())
        due.add_routes(self.due.routes())
        alpaca, data, auth = (
            web.Application(middlewares=self.alpaca.middlewares()) for _ in range(3)
        )
        alpaca.add_routes(self.alpaca.routes())
        data.add_routes(self.alpaca.data_routes())
        auth.add_routes(self.alpaca.auth_routes())
        return {
            "/circle": circle,
            "/alpaca": alpaca,
            "/alpaca-data": data,
            "/alpaca-auth": auth,
            "/due": due,
        }

    def books(self) -> dict[str, object]:
        return {
            "circle": self.circle.books(),
            "alpaca": self.alpaca.books(),
            "due": self.due.books(),
        }


def create_app(settings: SandboxSettings, *, world: World | None = None) -> web.Application:
    """A sandbox with empty books; ``world`` lets a test hold on to the clock and the chain."""
    world = world or create_world(seed=settings.seed, speed=settings.speed)
    providers = Providers(
        circle=CircleSandbox(world=world, settings=settings.circle),
        alpaca=AlpacaSandbox(world=world, settings=settings.alpaca),
        due=DueSandbox(world=world, settings=settings.due),
    )
    control = Control(world=world, provider_books=providers.books)
    app = web.Application(client_max_size=BODY_BYTES_MAX)
    sandbox = web.Application(middlewares=control.middlewares())
    sandbox.add_routes(control.routes())
    for prefix, part in {**providers.by_prefix(), "/sandbox": sandbox}.items():
        app.add_subapp(prefix, part)
    app.cleanup_ctx.append(lambda _: _running(world))
    app.on_shutdown.append(lambda _: _end_streams(providers))
    return app


async def _end_streams(providers: Providers) -> None:
    providers.alpaca.close()


async def _running(world: World) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(world.clock.run()), asyncio.create_task(world.webhooks.run())]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
