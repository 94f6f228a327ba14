"""Measures every request, by the template of its route."""

from __future__ import annotations

import time

from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import METER
from entrypoints.http.paths import route_of

STATUS_FAILED = 500


@web.middleware
async def metering(request: web.Request, handler: Handler) -> web.StreamResponse:
    meter, began, status = request.app[METER], time.perf_counter(), STATUS_FAILED
    meter.request_began()
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        took_s = time.perf_counter() - began
        meter.request_ended(request.method, route=route_of(request), status=status, seconds=took_s)
