"""Every act with its weight, and the drawing of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from domain.errors import DomainError
from tests.simulation import investors, machines, providers, staff
from tests.simulation.life import Life

OVERTAKING = (
    investors.receive,
    investors.withdraw,
    investors.order,
    investors.cancel,
    providers.fill,
    machines.retell,
)
Act = Callable[[Life], Awaitable[None]]


async def race(life: Life) -> None:
    """Something else is committed between a decision and its commit."""
    other = life.rng.choice(OVERTAKING)

    async def overtake() -> None:
        await _attempt(life, other)

    life.world.meanwhile = overtake


ACTS: Mapping[Act, int] = {
    investors.join: 2,
    investors.receive: 8,
    providers.finalise: 5,
    investors.announce: 2,
    investors.withdraw: 8,
    investors.order: 12,
    investors.basket: 3,
    investors.cancel: 4,
    providers.fill: 12,
    providers.settle: 8,
    providers.deny: 1,
    providers.freeze: 2,
    providers.disturb: 6,
    machines.lose_commits: 2,
    machines.crash: 2,
    machines.thaw: 2,
    machines.retell: 8,
    providers.fail: 3,
    providers.hold: 2,
    race: 4,
    investors.leave: 1,
    staff.resolve: 2,
    machines.work: 20,
    machines.wait: 12,
}
"""Each act with its weight."""


async def act(life: Life) -> None:
    """One random act. What the application refuses is an answer too."""
    await _attempt(life, life.rng.choices(tuple(ACTS), weights=tuple(ACTS.values()))[0])


async def _attempt(life: Life, chosen: Act) -> None:
    number = len(life.acts)
    life.acts.append(chosen.__name__)
    try:
        await chosen(life)
    except DomainError as refused:
        life.acts[number] += f" ({refused.code})"
