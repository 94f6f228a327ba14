"""A probe that hangs, even on its way out, keeps nobody from hearing that we are down."""

from __future__ import annotations

import asyncio

from entrypoints.http.readiness import Checks, Condition
from ports.health import Probe

LIMIT_S = 0.05
LETTING_GO_S = 1.0


class Wedged(Probe):
    """As PostgreSQL under SIGSTOP: the connection is not free before the cancelled query is over."""

    name = "postgres"
    critical = True

    async def check(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(LETTING_GO_S)


async def test_a_probe_that_lets_go_slowly_is_not_waited_for() -> None:
    async with asyncio.timeout(LETTING_GO_S / 2):
        report = await Checks([Wedged()], time_limit_s=LIMIT_S).report()
    assert report.condition is Condition.DOWN
