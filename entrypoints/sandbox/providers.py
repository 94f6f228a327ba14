"""The three providers in one world, and where each of them is mounted."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from aiohttp import web

from entrypoints.sandbox.alpaca.provider import AlpacaSandbox
from entrypoints.sandbox.circle.provider import CircleSandbox
from entrypoints.sandbox.due.provider import DueSandbox
from entrypoints.sandbox.settings import SandboxSettings
from entrypoints.sandbox.world import World


@attrs.frozen(kw_only=True)
class Providers:
    """The providers and the world they share: all there is to keep between two runs."""

    world: World
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


def new_providers(settings: SandboxSettings, world: World) -> Providers:
    """Providers with empty books."""
    return Providers(
        world=world,
        circle=CircleSandbox(world=world, settings=settings.circle),
        alpaca=AlpacaSandbox(world=world, settings=settings.alpaca),
        due=DueSandbox(world=world, settings=settings.due),
    )
