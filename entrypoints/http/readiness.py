"""
The readiness of this process: all probes run at once, each with a time limit; the result is cached for 1 s.

A process that has received a stop signal is not ready, whatever its probes report, so that the load
balancer stops sending requests before the process stops listening.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import Enum

import attrs
import structlog

from domain.errors import name_of
from ports.health import Probe

TIME_LIMIT_S = 2.0
FRESH_FOR_S = 1.0

log = structlog.get_logger("health")


class Condition(Enum):
    """``DEGRADED``: a dependency that is not critical fails. ``LEAVING``: a stop signal arrived."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"
    LEAVING = "leaving"

    @property
    def is_ready(self) -> bool:
        return self in {Condition.OK, Condition.DEGRADED}


@attrs.frozen(kw_only=True)
class Check:
    """What one probe found, and how long it took."""

    name: str
    ok: bool
    critical: bool
    milliseconds: int


@attrs.frozen
class Report:
    checks: Sequence[Check]
    is_leaving: bool = False

    @property
    def condition(self) -> Condition:
        if self.is_leaving:
            return Condition.LEAVING
        if all(check.ok for check in self.checks):
            return Condition.OK
        if all(check.ok for check in self.checks if check.critical):
            return Condition.DEGRADED
        return Condition.DOWN


@attrs.define
class Checks:
    """Runs the probes, and repeats the last report while it is fresh."""

    _probes: Sequence[Probe]
    _time_limit_s: float = attrs.field(default=TIME_LIMIT_S, kw_only=True)
    _fresh_for_s: float = attrs.field(default=FRESH_FOR_S, kw_only=True)
    is_leaving: bool = attrs.field(default=False, init=False)
    _report: Report | None = attrs.field(default=None, init=False)
    _made_at: float = attrs.field(default=0.0, init=False)
    _turn: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    def leave(self) -> None:
        """Report from now on that the process is leaving."""
        self.is_leaving = True

    async def report(self) -> Report:
        async with self._turn:
            loop = asyncio.get_running_loop()
            if self._report is None or loop.time() - self._made_at > self._fresh_for_s:
                checks = await asyncio.gather(*(self._check(probe) for probe in self._probes))
                self._report, self._made_at = Report(checks), loop.time()
            return attrs.evolve(self._report, is_leaving=self.is_leaving)

    async def _check(self, probe: Probe) -> Check:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await _within(probe, self._time_limit_s)
        except Exception as error:  # noqa: BLE001 - any failure of a probe means "not ok"
            log.warning(
                "probe failed", probe=probe.name, error=name_of(type(error)), reason=str(error)
            )
            ok = False
        else:
            ok = True
        return Check(
            name=probe.name,
            ok=ok,
            critical=probe.critical,
            milliseconds=round((loop.time() - began) * 1000),
        )


async def _within(probe: Probe, limit_s: float) -> None:
    """
    Raises ``TimeoutError`` at the limit.

    A late probe is cancelled but not awaited: releasing its resources, such as a connection to a server
    that hangs, may take much longer.
    """
    checking = asyncio.ensure_future(probe.check())
    try:
        await asyncio.wait({checking}, timeout=limit_s)
        if not checking.done():
            raise TimeoutError
    finally:
        checking.cancel()
    checking.result()
