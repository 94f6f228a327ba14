"""The security and cache headers of every answer."""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.app_keys import SETTINGS

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
PRIVATE = "/v1/"


async def secure(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Add the headers that the handler has not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(PRIVATE):
        response.headers["Cache-Control"] = "no-store"
    if isinstance(request, web.Request) and (age_s := request.app[SETTINGS].hsts_max_age_s):
        response.headers["Strict-Transport-Security"] = f"max-age={age_s}"
    response.headers.popall("Server", None)
