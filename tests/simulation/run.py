"""Runs lives by seed, and shortens one that breaks an invariant."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from domain.processes.facts.trading import OrderStatus
from tests.simulation import acts, invariants, providers, staff, unfinished
from tests.simulation.life import Life, begun

ACTS_MAX = 60
SETTLING_S = 10 * 3600.0
ROUNDS_MAX = 40


class Broken(AssertionError):
    """An invariant does not hold; the message names the seed and the act."""


async def run(seed: int, *, most: int = ACTS_MAX) -> Life:
    """Live one life, and let it settle. Raises ``Broken``."""
    life = await begun(seed)
    for _ in range(most):
        await acts.act(life)
        _require(life, list(invariants.broken_now(life)))
    await _settle(life)
    _require(life, list(invariants.broken_now(life)))
    _require(life, list(await invariants.broken_at_the_end(life)))
    return life


async def _settle(life: Life) -> None:
    """Every provider is well, answers and finishes."""
    world = life.world
    life.heal()
    for transaction_id in unfinished.arrivals(world):
        world.custodian.finalise(transaction_id)
    for _ in range(ROUNDS_MAX):
        providers.settle_some(life, share=1.0)
        for ref in unfinished.orders(world):
            world.exchange.end(ref, OrderStatus.EXPIRED)
        await world.app.feeds.poll_inbound()
        await staff.resolve_some(life)
        await world.let_pass(SETTLING_S / ROUNDS_MAX, step_s=60)


def _require(life: Life, broken: Sequence[str]) -> None:
    if broken:
        lived = ", ".join(life.acts[-12:])
        raise Broken(f"seed {life.seed}, after {len(life.acts)} acts (... {lived}): {broken[0]}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=200, help="how many lives")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--acts", type=int, default=ACTS_MAX, help="acts in each life")
    chosen = parser.parse_args()
    began, failed = time.monotonic(), 0
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        try:
            asyncio.run(run(seed, most=chosen.acts))
        except Exception as error:  # noqa: BLE001 - every error of a life is a finding
            failed += 1
            _say(f"{type(error).__name__}: {error}\n  replay: make simulate FIRST={seed} SEEDS=1")
    took_s = time.monotonic() - began
    _say(f"{chosen.seeds} lives, {failed} broken, {chosen.seeds / took_s * 3600:.0f} an hour")
    return 1 if failed else 0
