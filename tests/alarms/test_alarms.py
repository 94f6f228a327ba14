"""One alarm end to end, where Prometheus is installed; `make alarms` tries them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.observability.servers import PACKAGES, missing
from tests.alarms.faults import FAULTS
from tests.alarms.house import Servers, open_house
from tests.alarms.play import play
from tests.unit.scripts.made import alerts

QUICK = "WorkerDown"


def test_there_is_a_fault_for_every_alert() -> None:
    assert sorted(name for fault in FAULTS for name in fault.sets_off) == sorted(alerts())


@pytest.mark.skipif(bool(missing()), reason=f"needs {PACKAGES}")
async def test_a_fault_is_told_its_page_is_walked_and_it_clears(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    servers = Servers(dsn=database_url, redis_url=redis_url, valkey_pid=0)
    async with open_house(tmp_path, servers) as house:
        (fault,) = [each for each in FAULTS if QUICK in each.sets_off]
        (row,) = await play(house, fault, tell=lambda _: None)
        assert row.cleared_s is not None
