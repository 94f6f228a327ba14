"""Machines whose clocks differ: nothing is done twice or late, and who is too wrong does not work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from entrypoints.cli.api import Api, ApiError
from entrypoints.cli.walk import STOCK
from tests.e2e.books import Books, open_books
from tests.e2e.effects import effects_of
from tests.e2e.firm_funds import ENDOWMENT, endow
from tests.e2e.flows import Withdrawal
from tests.e2e.investor import newcomers
from tests.support.databases import Databases
from tests.support.stack import HTTP, WORKER, Stack, stack_on
from tests.support.waiting import eventually

SECOND = f"{WORKER}-2"
WITHDRAWALS = 4
LEASE_S = "5"
SLOW_S = 3
"""A wire takes longer than half a lease."""

ALLOWED = {"STACK__CLOCK__SKEW_MAX_S": "100000"}
"""So that processes with wrong clocks work at all."""

AHEAD = """
    SELECT extract(epoch FROM max(created_at) - clock_timestamp())::float8
      FROM jobs
     WHERE kind = 'PlaceOrder'
"""
"""How far ahead of PostgreSQL's time an order was taken."""

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed"),
]


def skewed(file: Path, skew_s: int) -> dict[str, str]:
    """The variables of a process whose wall clock is ``skew_s`` ahead, until the file says otherwise."""
    file.write_text(f"{skew_s:+}s\n")
    library = next(Path("/usr/lib").rglob("libfaketimeMT.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def stack(databases: Databases, redis_server: str, folder: Path) -> Iterator[Stack]:
    variables = ALLOWED | {"STACK__WORKER__LEASE_S": LEASE_S}
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=variables) as running:
        yield running


@pytest.fixture
def beyond() -> Mapping[str, str]:
    return ENDOWMENT


@pytest.mark.situation(
    "two workers whose clocks differ by 90 s share slow wires under a lease of 5 s",
    must="as many wires as withdrawals",
)
async def test_workers_whose_clocks_differ_send_each_wire_once(
    stack: Stack, books: Books, folder: Path, was: Callable[[str], None]
) -> None:
    await endow(stack)
    stack.configure(SECOND, skewed(folder / "skew", 90))
    stack.start(SECOND)
    stack.wait_ready(SECOND)
    async with newcomers(stack) as (ann,):
        flow = Withdrawal()
        await flow.prepare(ann)
        await ann.sandbox.post(
            "/sandbox/faults",
            {
                "name": "slow-wires",
                "match": {"provider": "alpaca", "method": "POST", "path": "*/transfers"},
                "action": {"kind": "delay", "delay_s": SLOW_S},
            },
        )
        begun = [await flow.begin(ann) for _ in range(WITHDRAWALS)]
        for path, _ in begun:
            await ann.reaches(path, "completed")
        effects = await effects_of(stack, *(process for _, process in begun))
        wires = sorted(each.reference for each in effects if each.kind == "wire")
        was(f"{len(wires)} wires for {WITHDRAWALS} withdrawals")
        assert len(wires) == WITHDRAWALS
        assert len(set(wires)) == WITHDRAWALS
    await stack.stop(SECOND)


@pytest.mark.situation(
    "the API's clock is 20 s ahead of the worker's", must="an order is carried out at once"
)
async def test_an_order_does_not_wait_until_the_clocks_agree(
    stack: Stack, folder: Path, was: Callable[[str], None]
) -> None:
    await stack.stop(HTTP)
    stack.configure(HTTP, skewed(folder / "skew", 20))
    stack.start(HTTP)
    stack.wait_ready(HTTP)
    async with newcomers(stack) as (ann,), open_books(stack.dsn) as opened:
        await ann.funded()
        placed = await ann.api.post("/v1/orders", STOCK)
        ahead_s = await opened.pool.fetchval(AHEAD)
        order = placed["orders"][0] if "orders" in placed else placed
        await ann.reaches(f"/v1/orders/{order['id']}", "filled")
        was(f"taken {-ahead_s:.1f} s ago by PostgreSQL's clock, and filled")
        assert ahead_s <= 0


@pytest.mark.situation(
    "a worker starts on a machine whose clock is 90 s ahead",
    must="it does not start, and says what to do",
)
async def test_a_process_on_a_machine_with_a_wrong_clock_does_not_start(
    stack: Stack, folder: Path, was: Callable[[str], None]
) -> None:
    stack.configure(SECOND, skewed(folder / "skew", 90) | {"STACK__CLOCK__SKEW_MAX_S": "30"})
    stack.start(SECOND)
    await eventually(lambda: stack.exit_code(SECOND) is not None, "the end of the worker")
    (told,) = [line for line in stack.lines(SECOND) if "synchronise" in line]
    was(told)
    assert stack.exit_code(SECOND) == 1
    assert "ahead of PostgreSQL's" in told


@pytest.mark.situation(
    "the clock of a running worker and of a running API jumps by 90 s",
    must="the worker ends by itself, the API is not ready",
)
async def test_a_process_whose_machine_becomes_wrong_stops(
    stack: Stack, folder: Path, was: Callable[[str], None]
) -> None:
    strict = {"STACK__CLOCK__SKEW_MAX_S": "30", "STACK__CLOCK__MEASURE_S": "0.5"}
    stack.configure(SECOND, skewed(folder / "skew", 0) | strict)
    stack.start(SECOND)
    stack.wait_ready(SECOND)
    await stack.stop(HTTP)
    stack.configure(HTTP, skewed(folder / "skew-api", 0) | strict)
    stack.start(HTTP)
    stack.wait_ready(HTTP)
    for file in ("skew", "skew-api"):
        (folder / file).write_text("+90s\n")
    await eventually(lambda: stack.exit_code(SECOND) is not None, "the end of the worker")
    assert stack.exit_code(SECOND) == 1
    async with stack.api() as api:
        refused = await eventually(lambda: _not_ready(api), "an API that is not ready")
    failing = [each["name"] for each in refused.problem["checks"] if not each["ok"]]
    was(f"the worker's exit code is 1, readiness says {refused.status} for {failing}")
    assert refused.status == 503
    assert "clock" in failing


async def _not_ready(api: Api) -> ApiError | None:
    try:
        await api.get("/health/readiness")
    except ApiError as refused:
        return refused
    return None
