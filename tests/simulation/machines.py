"""What our own machines go through: lost commits, crashes, pauses, repetitions, time."""

from __future__ import annotations

from tests.simulation.life import Life
from tests.support.world import LEASE_S

PAUSES_S = (1, 10, 60, 600, 3600)


async def lose_commits(life: Life) -> None:
    life.world.commits_to_lose = life.rng.randint(1, 2)


async def crash(life: Life) -> None:
    """A worker claims jobs, and dies or is paused."""
    life.claimed += await life.world.app.jobs.claim(limit=3, lease_s=LEASE_S)


async def thaw(life: Life) -> None:
    """A paused worker goes on with a job, perhaps long after its lease."""
    if life.claimed:
        await life.world.app.jobs.run(life.claimed.pop(0))


async def retell(life: Life) -> None:
    """An old webhook or event is delivered again."""
    if life.told:
        about, fact = life.rng.choice(life.told)
        await life.world.app.processes.apply_external(about, fact, cause="simulation")


async def work(life: Life) -> None:
    await life.world.run_jobs()


async def wait(life: Life) -> None:
    await life.world.let_pass(life.rng.choice(PAUSES_S))
