"""Closes connections while the process stops, so that clients reconnect to another process."""

from __future__ import annotations

from aiohttp import web

from entrypoints.http.app_keys import CHECKS


async def part(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Close the connection with the answer once the process has received a stop signal."""
    if isinstance(request, web.Request) and request.app[CHECKS].is_leaving:
        response.force_close()
        response.headers["Connection"] = "close"
