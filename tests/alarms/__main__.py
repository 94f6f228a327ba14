"""``python -m tests.alarms``: every alarm, end to end, in forty minutes; writes the table."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from entrypoints.local.errors import LocalFailure
from tests.alarms import report
from tests.alarms.fault_runs import Row, clear, run_fault
from tests.alarms.faults import FAULTS, Fault
from tests.alarms.monitored_stack import open_monitored_stack, own_servers


async def tried(folder: Path, faults: Sequence[Fault]) -> Sequence[Row]:
    rows: list[Row] = []
    async with own_servers(folder) as servers, open_monitored_stack(folder, servers) as monitored:
        await monitored.settle()
        for fault in faults:
            rows += await run_fault(monitored, fault, tell=_tell)
        _tell("waiting for long windows ...")
        await clear(monitored, rows)
    return rows


def main(chosen: Sequence[str]) -> int:
    """With names of alerts only their faults are tried, and nothing is written."""
    faults = [fault for fault in FAULTS if not chosen or set(chosen) & set(fault.sets_off)]
    with tempfile.TemporaryDirectory(prefix="stack-alarms-") as folder:
        try:
            rows = asyncio.run(tried(Path(folder), faults))
        except LocalFailure as failure:
            sys.stderr.write(f"{failure}\n")
            return failure.exit_code
    if not chosen:
        report.write(rows)
    _tell(f"{len(rows)} alerts")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
