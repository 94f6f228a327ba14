"""What Prometheus says of the alerts, and whether Alertmanager told whom it should."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping

import aiohttp
import attrs

from tests.alarms.monitored_stack import MonitoredStack
from tests.unit.scripts.generated_rules import alerts

POLL_S = 0.5
TOLD_WITHIN_S = 30.0


class NotInTime(AssertionError):
    """An alert did not do what was expected of it."""


@attrs.frozen
class Watch:
    monitored: MonitoredStack

    async def firing(self) -> frozenset[str]:
        """The alerts that are firing now."""
        url = f"{self.monitored.watchers.prometheus_url}/api/v1/alerts"
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(url) as response,
        ):
            found = (await response.json())["data"]["alerts"]
        return frozenset(each["labels"]["alertname"] for each in found if each["state"] == "firing")

    async def until_firing(self, names: Collection[str], *, within_s: float) -> Mapping[str, float]:
        """After how many seconds each of them was firing for the first time. Raises ``NotInTime``."""
        return await self._times(names, within_s=within_s, is_firing=True)

    async def until_clear(self, names: Collection[str], *, within_s: float) -> Mapping[str, float]:
        """After how many seconds each of them was not firing any more. Raises ``NotInTime``."""
        return await self._times(names, within_s=within_s, is_firing=False)

    async def receiver(self, name: str) -> str:
        """Who was told of the alert. Raises ``NotInTime`` if nobody was."""
        give_up_at = time.monotonic() + TOLD_WITHIN_S
        while time.monotonic() < give_up_at:
            for each in self.monitored.pages.alerts:
                if each["labels"]["alertname"] == name:
                    return str(each["receiver"])
            await asyncio.sleep(POLL_S)
        raise NotInTime(f"nobody was told of {name}")

    async def _times(
        self, names: Collection[str], *, within_s: float, is_firing: bool
    ) -> Mapping[str, float]:
        began_s, found = time.monotonic(), dict[str, float]()
        while waiting := set(names) - set(found):
            passed_s = time.monotonic() - began_s
            if passed_s > within_s:
                what = "fired" if is_firing else "cleared"
                raise NotInTime(
                    f"within {within_s:.0f} s never {what}: {', '.join(sorted(waiting))}"
                )
            firing = await self.firing()
            found |= {name: passed_s for name in waiting if (name in firing) is is_firing}
            await asyncio.sleep(POLL_S)
        return found


def is_told(name: str) -> bool:
    """A ticket about an objective is not, while there is a page about it."""
    labels = alerts()[name]["labels"]
    return "slo" not in labels or labels["severity"] == "page"
