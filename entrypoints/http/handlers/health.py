"""Is it alive, and can it work."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from entrypoints.http.app_keys import CHECKS, STARTUP
from entrypoints.http.bodies import answer
from entrypoints.http.readiness import Check, Checks, Condition


@attrs.frozen
class LivenessView:
    status: Condition


@attrs.frozen(kw_only=True)
class ReadinessView:
    """
    What every check found.

    ``down``: a critical one failed; ``degraded``: another did; ``leaving``: the process was told to stop.
    """

    status: Condition
    checks: Sequence[Check]


async def liveness(_: web.Request) -> web.Response:
    """Tell that the process runs."""
    return answer(LivenessView(Condition.OK))


async def readiness(request: web.Request) -> web.Response:
    """Tell whether the process can do its work."""
    return await _told(request.app[CHECKS])


async def startup(request: web.Request) -> web.Response:
    """Tell whether what the process was started with is right: the schema, the settings, the secrets."""
    return await _told(request.app[STARTUP])


async def _told(checks: Checks) -> web.Response:
    report = await checks.report()
    status = 200 if report.condition.is_ready else 503
    return answer(ReadinessView(status=report.condition, checks=report.checks), status=status)
