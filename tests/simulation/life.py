"""One random life of the whole application: investors, providers and time, all drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence

import attrs

from adapters.memory.processes import InMemoryProcesses
from domain.ids import LookupKey, ProcessId
from domain.money import Money
from domain.processes.decision import ProcessT
from domain.processes.facts.fact import Fact
from domain.services.integration.lookups import LookupService
from ports.jobs import Job
from tests.service.stories import Investor, onboarded
from tests.simulation import unfinished
from tests.support import builders as a
from tests.support.world import World

INVESTORS_MAX = 3
PASSWORD = "correct horse battery"
RETOLD_MAX = 60
"""How many facts are remembered, to be told again later."""


@attrs.define
class Life:
    """``told`` are facts that the application has heard; a webhook or an event may repeat any of them."""

    seed: int
    rng: random.Random
    world: World
    investors: list[Investor] = attrs.field(factory=list)
    told: list[tuple[ProcessId | LookupKey, Fact]] = attrs.field(factory=list)
    acts: list[str] = attrs.field(factory=list)
    joined: int = 0
    claimed: list[Job] = attrs.field(factory=list)

    def one_of(self, things: Sequence[str]) -> str:
        return self.rng.choice(things)

    def investor(self) -> Investor:
        return self.rng.choice(self.investors)

    def heal(self) -> None:
        """No fault that was set for later strikes."""
        world = self.world
        world.commits_to_lose, world.meanwhile = 0, None
        for provider in (world.custodian, world.offramp, world.brokerage, world.exchange):
            provider.faults.heal()
        for wallet in unfinished.wallets(world):
            world.custodian.unfreeze(wallet)

    def lookups(self) -> LookupService:
        """What staff ask the providers."""
        world = self.world
        return LookupService(
            custodian=world.custodian,
            offramp=world.offramp,
            brokerage=world.brokerage,
            exchange=world.exchange,
            processes=InMemoryProcesses(world.database),
        )

    def of_kind(self, kind: type[ProcessT]) -> list[ProcessT]:
        known = self.world.database.processes.values()
        return [each.record for each in known if isinstance(each.record, kind)]

    async def join(self) -> None:
        """An investor opens an account, on a good day."""
        self.heal()
        self.joined += 1
        email = f"investor{self.joined}@example.org"
        self.investors.append(await onboarded(self.world, email=email))

    async def tell(self, about: ProcessId | LookupKey, fact: Fact) -> None:
        """Apply a fact as a webhook or an event does, and remember it."""
        self.told = [*self.told[-RETOLD_MAX:], (about, fact)]
        await self.world.app.processes.apply_external(about, fact, cause="simulation")


async def begun(seed: int) -> Life:
    """A life in which the first investor has joined."""
    rng = random.Random(seed)
    life = Life(seed, rng, World(settles_at_once=rng.random() < 0.5))
    await life.join()
    return life


def shares(text: str, symbol: str) -> Money:
    return Money.of(text, a.buy(symbol=symbol).asset)
