"""Judges the JSON body of a call once, whatever reads it afterwards."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import BODIED_ROUTES
from entrypoints.http.bodies import read_object


@web.middleware
async def bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises as ``read_object`` does, also on a route that has no use for a body."""
    is_ours = request.match_info.route in request.app[BODIED_ROUTES]
    if is_ours and request.body_exists and request.content_type == "application/json":
        await read_object(request)
    return await handler(request)
