"""Is it alive, and can it work."""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.bodies import answer
from entrypoints.http.keys import CHECKS
from entrypoints.http.readiness import Condition


async def liveness(_: web.Request) -> web.Response:
    return answer({"status": Condition.OK})


async def readiness(request: web.Request) -> web.Response:
    report = await request.app[CHECKS].report()
    status = 503 if report.condition is Condition.DOWN else 200
    return answer({"status": report.condition, "checks": report.checks}, status=status)
