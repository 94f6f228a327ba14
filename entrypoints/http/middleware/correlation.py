"""Gives each request an id for all its log lines, and logs one line at its end."""

from __future__ import annotations

import asyncio
import re
import secrets

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import REQUEST_ID, TRACE_ID, application
from entrypoints.http.client_address import client_address
from entrypoints.http.paths import UUID, path_of, route_of
from entrypoints.http.trace_context import trace_id_of
from ports.request_context import RequestContext

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("http")


@web.middleware
async def correlation(request: web.Request, handler: Handler) -> web.StreamResponse:
    """
    Bind the request's ids and route to its log lines, and set the request context.

    The line has the method, path, status and duration, but no query and no personal data.
    """
    began = asyncio.get_running_loop().time()
    request[REQUEST_ID] = _request_id(request)
    request[TRACE_ID] = request.get(TRACE_ID) or trace_id_of(request)
    structlog.contextvars.bind_contextvars(
        request_id=request[REQUEST_ID], trace_id=request[TRACE_ID], route=route_of(request)
    )
    if UUID.fullmatch(named := request.match_info.get("id", "")):
        structlog.contextvars.bind_contextvars(process=named)
    context = RequestContext(request_id=request[REQUEST_ID], ip=client_address(request) or None)
    application(request).current_request.begin(context)
    response = await handler(request)
    response.headers[HEADER] = request[REQUEST_ID]
    took_s = asyncio.get_running_loop().time() - began
    log.info(
        "request",
        method=request.method,
        path=path_of(request),
        status=response.status,
        duration_ms=round(took_s * 1000, 1),
    )
    return response


def _request_id(request: web.Request) -> str:
    """The caller's own id if it is safe in logs and headers, else a new one."""
    given = request.headers.get(HEADER, "")
    return given if _SANE.fullmatch(given) else secrets.token_hex(16)
