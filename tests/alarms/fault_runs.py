"""A fault is injected, its alerts fire, their pages are walked, it is mended, they clear."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import attrs

from scripts.slo.model import RUNBOOKS
from tests.alarms.commands import Ran, run_page
from tests.alarms.faults import Fault
from tests.alarms.monitored_stack import MonitoredStack
from tests.alarms.watch import Watch, is_told
from tests.unit.scripts.generated_rules import alerts

SLOW = ("Burn6h", "Burn1d", "Burn3d")
"""Their windows are long: that they clear is waited for when all faults are over."""

CLEARS_S, SLOW_CLEARS_S, AT_ONCE_S = 180.0, 1500.0, 1.0

Tell = Callable[[str], None]


@attrs.define(kw_only=True)
class Row:
    """
    What became of one alert. Times are seconds since the injection, and since it was mended.

    ``was_clear``: it had cleared before anybody looked, so that it took ``cleared_s`` at most.
    """

    alert: str
    severity: str
    fault: str
    page: str
    fired_s: float
    told: str
    commands: Sequence[Ran]
    mended_at_s: float = 0.0
    cleared_s: float | None = None
    was_clear: bool = False


async def run_fault(monitored: MonitoredStack, fault: Fault, *, tell: Tell) -> Sequence[Row]:
    """Raises ``NotInTime`` if an alert does not fire, is told to the wrong people or does not clear."""
    watch = Watch(monitored)
    await watch.until_clear(fault.sets_off, within_s=CLEARS_S)
    tell(f"{fault.what} ...")
    began_s = time.monotonic()
    async with fault.injected(monitored):
        injecting_s = time.monotonic() - began_s
        fired = await watch.until_firing(fault.sets_off, within_s=fault.fires_s)
        pages = {_page(name): await run_page(monitored, _page(name)) for name in fault.sets_off}
        rows = [
            await _row(
                watch, name, fault, fired_s=injecting_s + fired[name], commands=pages[_page(name)]
            )
            for name in fault.sets_off
        ]
    mended_at_s = time.monotonic()
    quick = [row for row in rows if not row.alert.endswith(SLOW)]
    cleared = await watch.until_clear([row.alert for row in quick], within_s=CLEARS_S)
    for row in rows:
        row.mended_at_s, row.cleared_s = mended_at_s, cleared.get(row.alert)
        tell(f"  {row.alert} fired after {row.fired_s:.0f} s")
    return rows


async def clear(monitored: MonitoredStack, rows: Sequence[Row]) -> None:
    """Wait for the alerts whose windows are long. Raises ``NotInTime``."""
    slow = {row.alert: row for row in rows if row.cleared_s is None}
    waited_from_s = time.monotonic()
    times = await Watch(monitored).until_clear(slow, within_s=SLOW_CLEARS_S)
    for name, after_s in times.items():
        slow[name].cleared_s = waited_from_s + after_s - slow[name].mended_at_s
        slow[name].was_clear = after_s < AT_ONCE_S


async def _row(
    watch: Watch, name: str, fault: Fault, *, fired_s: float, commands: Sequence[Ran]
) -> Row:
    severity = alerts()[name]["labels"]["severity"]
    told = await watch.receiver(name) if is_told(name) else "inhibited by its page"
    assert told in {severity, "inhibited by its page"}, f"{name} was told to {told}"
    failed = [ran for ran in commands if ran.exit_code]
    assert not failed, failed
    return Row(
        alert=name,
        severity=severity,
        fault=fault.what,
        page=_page(name),
        fired_s=fired_s,
        told=told,
        commands=commands,
    )


def _page(name: str) -> str:
    """The name of the alert's page, without its folder and ending."""
    url: str = alerts()[name]["annotations"]["runbook_url"]
    return url.removeprefix(f"{RUNBOOKS}/").removesuffix(".md")
