"""Harbor's refusals, in its envelope: ``{"error": {"code": …, "message": …}}``."""

from __future__ import annotations

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler


class HarborRefusal(Exception):
    """The request was not carried out; nothing changed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@web.middleware
async def enveloped(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except HarborRefusal as refusal:
        said = {"code": refusal.code, "message": refusal.message}
        return web.Response(
            status=refusal.status,
            body=orjson.dumps({"error": said}),
            content_type="application/json",
        )
