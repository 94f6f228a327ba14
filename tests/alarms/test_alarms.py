"""One alarm end to end, where Prometheus is installed; `make alarms` tries them all."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from adapters.prometheus.error_budgets import PrometheusErrorBudgets
from scripts.observability.servers import PACKAGES, missing
from tests.alarms import report
from tests.alarms.fault_runs import run_fault
from tests.alarms.faults import FAULTS
from tests.alarms.monitored_stack import Servers, open_monitored_stack
from tests.unit.scripts.generated_rules import SOURCE, alerts

QUICK = "WorkerDown"


def test_there_is_a_fault_for_every_alert() -> None:
    assert sorted(name for fault in FAULTS for name in fault.sets_off) == sorted(alerts())


@pytest.mark.skipif(bool(missing()), reason=f"needs {PACKAGES}")
async def test_a_fault_is_told_its_page_is_walked_it_clears_and_budgets_are_left(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    servers = Servers(dsn=database_url, redis_url=redis_url, valkey_pid=0)
    async with open_monitored_stack(tmp_path, servers) as monitored:
        (fault,) = [each for each in FAULTS if QUICK in each.sets_off]
        (row,) = await run_fault(monitored, fault, tell=lambda _: None)
        assert row.cleared_s is not None
        async with aiohttp.ClientSession() as session:
            url = monitored.watchers.prometheus_url
            budgets = await PrometheusErrorBudgets(session, url=url).current()
        promised = {each.name: Decimal(str(each.objective)) for each in SOURCE.objectives}
        assert {each.name: each.objective for each in budgets} == promised
        (there,) = [each for each in budgets if each.name == "api-availability"]
        assert there.left == 1


def test_the_page_tells_of_every_alert_and_its_fault() -> None:
    page = report.PAGE.read_text()
    told = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, flags=re.MULTILINE)
    assert told == [(name, fault.what) for fault in FAULTS for name in fault.sets_off]
    assert page.startswith(report.HEAD)
    assert page.endswith(report.TAIL)
