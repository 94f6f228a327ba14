"""Alive needs nobody; ready needs what is critical."""

from __future__ import annotations

import asyncio

import pytest

from entrypoints.http.readiness import Checks, Condition
from ports.health import Probe
from tests.component.conftest import Serve
from tests.component.stub_app import StubProbe

BROKEN = ConnectionError("postgres://stack:secret@db said no")
LIMIT_S = 0.05
LETTING_GO_S = 1.0


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
    probes = [StubProbe(takes_s=30), StubProbe(name="cache", takes_s=30)]
    async with asyncio.timeout(2):
        report = await Checks(probes, time_limit_s=0.05).report()
    assert report.condition is Condition.DOWN
    assert all(40 <= check.milliseconds < 1000 for check in report.checks)


async def test_many_who_ask_at_once_cost_one_check() -> None:
    probe = StubProbe(takes_s=0.01)
    checks = Checks([probe])
    await asyncio.gather(*(checks.report() for _ in range(20)))
    assert probe.asked == 1


async def test_an_old_answer_is_not_given_again() -> None:
    probe = StubProbe()
    checks = Checks([probe], fresh_for_s=0.01)
    assert (await checks.report()).condition is Condition.OK
    probe.failure = BROKEN
    await asyncio.sleep(0.02)
    assert (await checks.report()).condition is Condition.DOWN


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
