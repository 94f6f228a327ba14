"""Is it alive, and can it work."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from entrypoints.http.bodies import answer
from entrypoints.http.keys import CHECKS
from entrypoints.http.readiness import Check, Condition


@attrs.frozen
class LivenessView:
    status: Condition


@attrs.frozen(kw_only=True)
class ReadinessView:
    """What every check found. ``down``: a critical one failed; ``degraded``: another did."""

    status: Condition
    checks: Sequence[Check]


async def liveness(_: web.Request) -> web.Response:
    """Tell that the process runs."""
    return answer(LivenessView(Condition.OK))


async def readiness(request: web.Request) -> web.Response:
    """Tell whether the process can do its work."""
    report = await request.app[CHECKS].report()
    status = 503 if report.condition is Condition.DOWN else 200
    return answer(ReadinessView(status=report.condition, checks=report.checks), status=status)
