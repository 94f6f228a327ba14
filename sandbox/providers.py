"""The providers in one world, and their prefixes."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from aiohttp import web

from sandbox.alpaca.provider import AlpacaSandbox
from sandbox.circle.provider import CircleSandbox
from sandbox.due.provider import DueSandbox
from sandbox.entries.alpaca import AlpacaEntries
from sandbox.entries.circle import CircleEntries
from sandbox.entries.control import Entries
from sandbox.entries.due import DueEntries
from sandbox.faults.engine import Engine
from sandbox.faults.traffic import Traffic
from sandbox.harbor.provider import HarborSandbox
from sandbox.nodes.rpc import Nodes
from sandbox.settings import SandboxSettings
from sandbox.world import World


@attrs.frozen(kw_only=True)
class Providers:
    """The providers and the world that they share: the whole state."""

    world: World
    circle: CircleSandbox
    alpaca: AlpacaSandbox
    due: DueSandbox
    harbor: HarborSandbox

    def by_prefix(self, traffic: Traffic) -> Mapping[str, web.Application]:
        """Each provider behind the faults of its requests, which ``traffic`` records."""
        mounted = {
            "circle": (self.circle.middlewares(), self.circle.routes()),
            "alpaca": (self.alpaca.middlewares(), self.alpaca.routes()),
            "alpaca-data": (self.alpaca.middlewares(), self.alpaca.data_routes()),
            "alpaca-auth": (self.alpaca.middlewares(), self.alpaca.auth_routes()),
            "due": (self.due.middlewares(), self.due.routes()),
            "harbor": (self.harbor.middlewares(), self.harbor.routes()),
            "nodes": ([], Nodes(self.world).routes()),
        }
        apps: dict[str, web.Application] = {}
        for name, (middlewares, routes) in mounted.items():
            prefix = f"/{name}"
            engine = Engine(self.world.faults, traffic, provider=name, prefix=prefix)
            apps[prefix] = web.Application(middlewares=[engine.middleware, *middlewares])
            apps[prefix].add_routes(routes)
        return apps

    def entries(self) -> Mapping[str, Entries]:
        """The lines of each provider's book that can be changed from outside."""
        alpaca = self.alpaca
        return {
            "circle": CircleEntries(self.world, self.circle.transactions),
            "alpaca": AlpacaEntries(alpaca.accounts, alpaca.activities, alpaca.counterparty),
            "due": DueEntries(self.world, self.due.transfers),
        }

    def books(self) -> dict[str, object]:
        return {
            "circle": self.circle.books(),
            "alpaca": self.alpaca.books(),
            "due": self.due.books(),
            "harbor": self.harbor.books(),
        }


def new_providers(settings: SandboxSettings, world: World) -> Providers:
    """Providers with empty books."""
    return Providers(
        world=world,
        circle=CircleSandbox(world=world, settings=settings.circle),
        alpaca=AlpacaSandbox(world=world, settings=settings.alpaca),
        due=DueSandbox(world=world, settings=settings.due),
        harbor=HarborSandbox(world=world, settings=settings.harbor),
    )
