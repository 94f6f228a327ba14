"""Liveness, readiness and start-up checks."""

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
    The result of every check.

    ``down``: a critical check failed. ``degraded``: another check failed. ``leaving``: the process is
    shutting down.
    """

    status: Condition
    checks: Sequence[Check]


async def liveness(_: web.Request) -> web.Response:
    """Report that the process is running."""
    return answer(LivenessView(Condition.OK))


async def readiness(request: web.Request) -> web.Response:
    """Report whether the process can serve requests."""
    return await _told(request.app[CHECKS])


async def startup(request: web.Request) -> web.Response:
    """Report whether the process started correctly: schema, settings and secrets."""
    return await _told(request.app[STARTUP])


async def _told(checks: Checks) -> web.Response:
    report = await checks.report()
    status = 200 if report.condition.is_ready else 503
    return answer(ReadinessView(status=report.condition, checks=report.checks), status=status)
