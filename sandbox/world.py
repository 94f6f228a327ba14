"""The world that the providers share: clock, randomness, chains, bank, webhooks and faults."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import attrs

from sandbox.assets import Assets
from sandbox.bank import Bank
from sandbox.chain import Chain
from sandbox.clock import SandboxClock
from sandbox.faults.faults import Faults
from sandbox.webhooks import WebhookSender

SEED_BYTES = 16


@attrs.frozen
class World:
    """Everything outside the providers. State changes are plain synchronous calls, hence atomic."""

    clock: SandboxClock
    random: Random
    chain: Chain
    assets: Assets
    bank: Bank
    webhooks: WebhookSender
    faults: Faults

    def new_uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def go_on_after_crash(self, *, lost_s: float) -> None:
        """
        Repeat nothing from the ``lost_s`` real seconds that were not saved.

        Ids come from a new seed, and new events are later than all that readers have seen.
        """
        self.random.seed(os.urandom(SEED_BYTES))
        self.clock.skip(lost_s * self.clock.speed)


def create_world(*, seed: int, speed: float, start: datetime | None = None) -> World:
    """Build a world; ``start`` defaults to the present."""
    clock = SandboxClock(start=start or datetime.now(UTC), speed=speed)  # noqa: TID251 - the edge
    random = Random(seed)
    faults = Faults(clock=clock, seed=seed)
    chain = Chain(clock=clock, random=random)
    return World(
        clock=clock,
        random=random,
        chain=chain,
        assets=Assets(clock=clock, random=random, chain=chain),
        bank=Bank(clock=clock),
        webhooks=WebhookSender(clock=clock, faults=faults),
        faults=faults,
    )
