"""A settlement of what the broker lent has no key."""

from __future__ import annotations

import pytest

from domain.money import USD, Money
from entrypoints.worker.periodic_tasks import settle_advances
from tests.support.world import World

EVERY_S = 600.0


@pytest.mark.situation(
    "two workers settle at the same time, and one does again after its answer was lost",
    must="one request, and the next only when the broker must have listed the first",
)
async def test_one_machine_settles_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    world, asked = World(), []

    async def settle() -> Money:
        asked.append(world.clock.now())
        return Money.zero(USD)

    monkeypatch.setattr(world.brokerage, "settle_advances", settle)
    for wait_s in (0.0, 0.0, EVERY_S / 2, EVERY_S / 2):
        world.advance(wait_s)
        await settle_advances(world.brokerage, world.app.cursors, every_s=EVERY_S)
    assert len(asked) == 2
