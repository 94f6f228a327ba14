"""Alive needs nobody; ready needs what is critical."""

from __future__ import annotations

import asyncio

import pytest

from entrypoints.http.readiness import Checks, Condition
from ports.health import Probe
from tests.component.conftest import Serve
from tests.component.stub_app import StubProbe
from tests.support.waiting import LIMIT_S, eventually

BROKEN = ConnectionError("postgres://stack:secret@db said no")
PROBE_LIMIT_S = 0.05


async def test_alive_without_asking_anybody(serve: Serve) -> None:
    probe = StubProbe(failure=BROKEN)
    response = await (await serve(probes=[probe])).get("/health/liveness")
    assert (response.status, await response.json()) == (200, {"status": "ok"})
    assert probe.asked == 0


@pytest.mark.parametrize(
    ("store", "cache", "status", "condition"),
    [
        (None, None, 200, "ok"),
        (None, BROKEN, 200, "degraded"),
        (BROKEN, None, 503, "down"),
        (BROKEN, BROKEN, 503, "down"),
    ],
)
async def test_only_what_is_critical_takes_it_down(
    serve: Serve,
    store: Exception | None,
    cache: Exception | None,
    status: int,
    condition: str,
) -> None:
    probes = [StubProbe(failure=store), StubProbe(name="cache", critical=False, failure=cache)]
    response = await (await serve(probes=probes)).get("/health/readiness")
    body = await response.json()
    assert (response.status, body["status"]) == (status, condition)
    assert [(c["name"], c["ok"]) for c in body["checks"]] == [
        ("store", store is None),
        ("cache", cache is None),
    ]
    assert "secret" not in str(body)


async def test_probes_run_at_once_and_none_may_take_too_long() -> None:
    probes = [StubProbe(hangs=True), StubProbe(name="cache", hangs=True)]
    asking = asyncio.create_task(Checks(probes, time_limit_s=LIMIT_S).report())
    await eventually(lambda: [probe.asked for probe in probes] == [1, 1], "both are asked")
    asking.cancel()
    async with asyncio.timeout(LIMIT_S):
        report = await Checks(probes, time_limit_s=0.05).report()
    assert report.condition is Condition.DOWN
    assert all(check.milliseconds >= 40 for check in report.checks)


async def test_many_who_ask_at_once_cost_one_check() -> None:
    probe = StubProbe()
    checks = Checks([probe], fresh_for_s=LIMIT_S)
    await asyncio.gather(*(checks.report() for _ in range(20)))
    assert probe.asked == 1


async def test_an_old_answer_is_not_given_again() -> None:
    probe = StubProbe()
    checks = Checks([probe], fresh_for_s=-1.0)
    assert (await checks.report()).condition is Condition.OK
    probe.failure = BROKEN
    assert (await checks.report()).condition is Condition.DOWN


class Wedged(Probe):
    """As PostgreSQL under SIGSTOP: the connection is not free before the cancelled query is over."""

    name = "postgres"
    critical = True

    def __init__(self) -> None:
        self.is_cancelled = asyncio.Event()
        self.is_over = asyncio.Event()

    async def check(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.is_cancelled.set()
            await self.is_over.wait()


async def test_a_probe_that_lets_go_slowly_is_not_waited_for() -> None:
    probe = Wedged()
    async with asyncio.timeout(LIMIT_S):
        report = await Checks([probe], time_limit_s=PROBE_LIMIT_S).report()
        await probe.is_cancelled.wait()
    probe.is_over.set()
    assert report.condition is Condition.DOWN
