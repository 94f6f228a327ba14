"""docs/operations/alarms.md: the table of what was tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scripts.slo.model import ROOT
from tests.alarms.fault_runs import Row
from tests.alarms.monitored_stack import PACE

PAGE = ROOT / "docs" / "operations" / "alarms.md"

HEAD = f"""# Alarms, tried

Written by `make alarms`. Each fault was injected into the running system: PostgreSQL, Valkey, sandbox, API
and worker as processes, with Prometheus and Alertmanager beside them and the rules that are checked in.
Windows, waits and scrapes were {PACE.factor:g} times shorter than in production; limits were not.

*Fired* is since the injection, *cleared* since the fault was mended. *Told* is whom Alertmanager told. The
first three commands of the page ran while the alert was firing, and each ended with 0.

| Alert | Fault | Fired | Told | Page | Cleared |
|---|---|---|---|---|---|
"""

TAIL = """
A ticket about an objective is held back while there is a page about the same one. Alerts with long windows
clear when their short one is over (6 h are 12 min here); they are looked at again when all faults are over,
so "≤" is when that was. "0 s" cleared while the commands ran: what was late had arrived by then.
"""


def write(rows: Sequence[Row]) -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(HEAD + "".join(f"{line}\n" for line in _lines(rows)) + TAIL)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        most = "≤ " if row.was_clear else ""
        page = f"[{row.page}](../runbooks/{row.page}.md)"
        yield (
            f"| `{row.alert}` | {row.fault} | {row.fired_s:.0f} s | {row.told} | {page}"
            f" | {most}{row.cleared_s or 0:.0f} s |"
        )
