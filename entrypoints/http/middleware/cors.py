"""
Cross-origin calls from browsers: none, unless the settings list an origin.

A library would wrap the router and its routes; here the router's own 405 already knows the methods of a
path. Callers send a bearer token, so credentials of the browser are never allowed.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import SETTINGS
from entrypoints.http.middleware import rate_limiting

REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
EXPOSED = ", ".join((*rate_limiting.HEADERS, "Retry-After", "X-Request-Id", "Idempotent-Replayed"))
MAX_AGE_S = 600


@web.middleware
async def cors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflight requests; pass all others on."""
    asks = hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    refusal = request.match_info.http_exception
    if (
        request.method == hdrs.METH_OPTIONS
        and asks
        and _is_known(request)
        and isinstance(refusal, web.HTTPMethodNotAllowed)
    ):
        return _permission(refusal.allowed_methods)
    return await handler(request)


async def allow_origin(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Let pages of an allowed origin read the answer; with any allowed, caches vary by origin."""
    if not isinstance(request, web.Request) or not request.app[SETTINGS].cors_origins:
        return
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    if _is_known(request):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = EXPOSED


def _is_known(request: web.Request) -> bool:
    return request.headers.get(hdrs.ORIGIN) in request.app[SETTINGS].cors_origins


def _permission(methods: Iterable[str]) -> web.Response:
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: ", ".join(sorted(methods)),
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: REQUEST_HEADERS,
            hdrs.ACCESS_CONTROL_MAX_AGE: str(MAX_AGE_S),
        },
    )
