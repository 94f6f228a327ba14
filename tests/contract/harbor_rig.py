"""The Harbor adapter over the sandbox off-ramp, as the contract suites see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from adapters.harbor.client import HarborClient
from adapters.harbor.offramp import HarborOfframp
from adapters.harbor.settings import HarborSettings
from sandbox.harbor.provider import HarborSandbox
from sandbox.harbor.settings import HarborSandboxSettings
from sandbox.world import create_world
from tests.contract.offramp_world import WorldClock, WorldRig, open_line

EFFECTS = frozenset({"create_customer", "create_transfer"})


@attrs.define(kw_only=True)
class HarborRig(WorldRig):
    client: HarborClient
    sandbox: HarborSandbox

    @property
    def offramp(self) -> HarborOfframp:
        return HarborOfframp(client=self.client, clock=self.clock)

    async def opened(self, account_id: str) -> int:
        del account_id  # there is one customer
        transfers = self.sandbox.books()["transfers"]
        assert isinstance(transfers, list)
        return len(transfers)


@asynccontextmanager
async def open_harbor() -> AsyncIterator[HarborRig]:
    """A sandbox off-ramp, alone in a world whose clock stands still until it is moved."""
    world = create_world(seed=7, speed=0.0)
    settings = HarborSandboxSettings()
    sandbox = HarborSandbox(world=world, settings=settings)
    async with open_line(
        world, routes=sandbox.routes(), middlewares=sandbox.middlewares(), effects=EFFECTS
    ) as (url, line):
        harbor = HarborSettings(api_key="key", webhook_secret=settings.secret, base_url=url)
        yield HarborRig(
            world=world,
            client=HarborClient(line.failing, harbor),
            sandbox=sandbox,
            clock=WorldClock(world),
            line=line,
        )
