"""Arrivals whose webhook is lost are found by the poll, whatever the worker's clock says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.circle import intercepted
from tests.e2e.investor import newcomers
from tests.e2e.test_clocks import ALLOWED, skewed
from tests.support.databases import Databases
from tests.support.stack import WORKER, Stack, stack_on

SLOWLY = 10.0
"""The sandbox's clock must not run away from the worker's."""

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed"),
]


@pytest.fixture
def stack(databases: Databases, redis_server: str, tmp_path: Path) -> Iterator[Stack]:
    variables = ALLOWED | {"STACK__WORKER__POLL_INBOUND_S": "1"}
    with stack_on(
        databases, folder=tmp_path, redis_url=redis_server, speed=SLOWLY, variables=variables
    ) as running:
        yield running


@pytest.mark.situation(
    "the worker's clock is an hour ahead of the custodian's, or behind it, and Circle's webhooks are lost",
    must="both arrivals are found and become buying power",
)
@pytest.mark.parametrize("skew_s", [3600, -3600])
async def test_the_poll_finds_what_no_webhook_told(
    stack: Stack, tmp_path: Path, skew_s: int, was: Callable[[str], None]
) -> None:
    async with newcomers(stack) as (ann,):
        await ann.opened()
        stack.kill(WORKER)
        stack.configure(WORKER, skewed(tmp_path / "skew", skew_s))
        stack.start(WORKER)
        async with intercepted(stack):
            await ann.send("100.00")
            await ann.deposits("broker_funded")
            await ann.send("50.00")
            await ann.deposits("broker_funded", "broker_funded")
    was(f"worker {skew_s:+} s: both funded")
