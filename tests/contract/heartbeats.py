"""What every keeper of heartbeats must do."""

from __future__ import annotations

import attrs

from ports.heartbeats import Heartbeats, WorkerKind
from tests.contract.rate_limiter import Pass


@attrs.frozen
class Ward:
    """Heartbeats, and the means to let seconds pass for them."""

    heartbeats: Heartbeats
    let_pass: Pass


class HeartbeatsContract:
    """Subclasses provide the fixture ``ward``."""

    async def test_nobody_is_alive_who_has_not_beaten(self, ward: Ward) -> None:
        assert await ward.heartbeats.alive() == set()

    async def test_who_beats_is_alive_for_a_while(self, ward: Ward) -> None:
        await ward.heartbeats.beat(WorkerKind.RELAY, lasts_s=1000)
        await ward.heartbeats.beat(WorkerKind.FEEDS, lasts_s=60_000)
        assert await ward.heartbeats.alive() == {WorkerKind.RELAY, WorkerKind.FEEDS}
        await ward.let_pass(1100)
        assert await ward.heartbeats.alive() == {WorkerKind.FEEDS}

    async def test_another_beat_prolongs_it(self, ward: Ward) -> None:
        await ward.heartbeats.beat(WorkerKind.CHORES, lasts_s=1000)
        await ward.heartbeats.beat(WorkerKind.CHORES, lasts_s=60_000)
        await ward.let_pass(1100)
        assert await ward.heartbeats.alive() == {WorkerKind.CHORES}
