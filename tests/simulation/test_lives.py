"""A bounded part of ``make simulate``: random lives keep the books, and a seed repeats its life."""

from __future__ import annotations

import pytest

from tests.simulation.run import run

LIVES = 20
EACH = 5


@pytest.mark.parametrize("first", range(1, LIVES + 1, EACH))
async def test_random_lives_keep_the_books(first: int) -> None:
    for seed in range(first, first + EACH):
        await run(seed)


async def test_a_seed_always_lives_the_same_life() -> None:
    once, again = await run(7), await run(7)
    assert once.acts == again.acts
    assert once.world.database.processes == again.world.database.processes
    assert once.world.database.accounts == again.world.database.accounts
