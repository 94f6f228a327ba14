"""``python -m tests.alarms``: every alarm, end to end, in forty minutes; writes the table."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from entrypoints.local.errors import LocalFailure
from tests.alarms import report
from tests.alarms.faults import FAULTS
from tests.alarms.house import open_house, own_servers
from tests.alarms.play import Row, clear, play


async def every_alarm(folder: Path) -> list[Row]:
    rows: list[Row] = []
    async with own_servers(folder) as servers, open_house(folder, servers) as house:
        await house.settle()
        for fault in FAULTS:
            rows += await play(house, fault, tell=_tell)
        _tell("waiting for long windows ...")
        await clear(house, rows)
    return rows


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="stack-alarms-") as folder:
        try:
            rows = asyncio.run(every_alarm(Path(folder)))
        except LocalFailure as failure:
            sys.stderr.write(f"{failure}\n")
            return failure.exit_code
    report.write(rows)
    _tell(f"{len(rows)} alerts; written to {report.PAGE}")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
