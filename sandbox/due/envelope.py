"""Every failure in Due's error envelope, also aiohttp's own."""

from __future__ import annotations

import logging

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.due.errors import DueRefusal

logger = logging.getLogger(__name__)

STATUS_ERROR_MIN = 400


def error_middleware(*, duplicates: bool) -> Middleware:
    """Answer refusals, unknown paths and crashes as ``{statusCode, message, code, details}``."""

    def answer(refusal: DueRefusal, status: int) -> web.Response:
        body: dict[str, object] = {
            "statusCode": status,
            "message": refusal.message,
            "code": refusal.code,
            "details": refusal.details,
        }
        if duplicates:
            body |= {"error_code": refusal.code, "http_code": status}
        return web.Response(
            status=status,
            body=orjson.dumps(body),
            headers=refusal.headers,
            content_type="application/json",
        )

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except DueRefusal as refusal:
            return answer(refusal, refusal.status)
        except web.HTTPException as error:
            if error.status < STATUS_ERROR_MIN:
                raise
            return answer(DueRefusal("err_bad_request", error.reason), error.status)
        except Exception:
            logger.exception("the sandbox failed on %s %s", request.method, request.path)
            crash = DueRefusal("err_internal", "Internal server error")
            return answer(crash, crash.status)

    return middleware
