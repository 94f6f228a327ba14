"""The Due adapter over the sandbox off-ramp, as the contract suites see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import attrs

from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.due.settings import DueSettings
from sandbox.due.provider import DueSandbox
from sandbox.due.settings import DueSandboxSettings
from sandbox.world import create_world
from tests.contract.offramp_world import WorldClock, WorldRig, open_line

EFFECTS = frozenset({"create_account", "create_transfer", "create_virtual_account"})


@attrs.define(kw_only=True)
class DueRig(WorldRig):
    client: DueClient
    settings: DueSettings

    @property
    def offramp(self) -> DueOfframp:
        return DueOfframp.of(self.client, settings=self.settings, clock=self.clock)

    async def tell(self, path: str) -> None:
        """One of the sandbox's own commands."""
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(f"{self.settings.base_url}{path}"),
        ):
            pass

    async def opened(self, account_id: str) -> int:
        transfers = [t async for t in self.client.transfers(account_id)]
        standing = [a async for a in self.client.virtual_accounts(account_id, filters={})]
        return len(transfers) + len(standing)


@asynccontextmanager
async def open_due(settings: DueSandboxSettings | None = None) -> AsyncIterator[DueRig]:
    """A sandbox off-ramp, alone in a world whose clock stands still until it is moved."""
    world = create_world(seed=7, speed=0.0)
    sandbox = DueSandbox(world=world, settings=settings or DueSandboxSettings())
    async with open_line(
        world, routes=sandbox.routes(), middlewares=sandbox.middlewares(), effects=EFFECTS
    ) as (url, line):
        due = DueSettings(api_key="key", base_url=url)
        yield DueRig(
            world=world,
            client=DueClient(Calls(line.failing, due)),
            settings=due,
            clock=WorldClock(world),
            line=line,
        )
