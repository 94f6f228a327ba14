"""Checks the API key of every request, and answers refusals as Circle's errors."""

from __future__ import annotations

import logging
import os
import re
from typing import Any
from uuid import UUID

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.rate_limits import RateLimits
from sandbox.circle.settings import CircleSandboxSettings

TESTNET = web.RequestKey("circle_testnet", bool)
PUBLIC_PATHS = ("/ping",)
_KEY = re.compile(r"(TEST|LIVE)_API_KEY:[^:\s]+:[^:\s]+")
_HTTP_REFUSALS = {404: Why.PATH_NOT_FOUND, 405: Why.METHOD_NOT_ALLOWED, 413: Why.TOO_LARGE}

_log = logging.getLogger(__name__)


def respond(body: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        body=body if isinstance(body, bytes) else orjson.dumps(body),
        status=status,
        content_type="application/json",
        charset="utf-8",
    )


class Auth:
    """The middleware of the Circle sandbox."""

    def __init__(self, *, settings: CircleSandboxSettings) -> None:
        self._api_keys = settings.api_keys
        self._limits = RateLimits(factor=settings.rate_limit_factor)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await self._answer(request, handler)
        given = request.headers.get("X-Request-Id")
        response.headers["X-Request-Id"] = given or str(UUID(bytes=os.urandom(16), version=4))
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.endswith(PUBLIC_PATHS):
            return await handler(request)
        try:
            request[TESTNET] = self._is_testnet(request)
        except CircleRefusal as refusal:
            return respond(refusal.body, status=refusal.status)
        allowance = self._limits.count(request)
        if allowance.is_exceeded:
            answer: web.StreamResponse = respond(
                CircleRefusal(Why.RATE_LIMITED).body, status=Why.RATE_LIMITED.status
            )
            answer.headers["Retry-After"] = str(allowance.wait_s)
        else:
            answer = await self._handled(request, handler)
        answer.headers.update(allowance.headers)
        return answer

    async def _handled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except CircleRefusal as refusal:
            return respond(refusal.body, status=refusal.status)
        except web.HTTPException as http:
            why = _HTTP_REFUSALS.get(http.status_code, Why.UNEXPECTED)
            return respond(CircleRefusal(why).body, status=http.status_code)
        except Exception:  # noqa: BLE001 - a bug here must still answer in Circle's shape
            _log.exception("the Circle sandbox failed on %s %s", request.method, request.path)
            return respond(CircleRefusal(Why.UNEXPECTED).body, status=Why.UNEXPECTED.status)

    def _is_testnet(self, request: web.Request) -> bool:
        """Check the key; whether it is for testnets. Raises 401 or 156007."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise CircleRefusal(Why.MALFORMED_AUTHORIZATION)
        if not key.startswith(("TEST_API_KEY:", "LIVE_API_KEY:")):
            raise CircleRefusal(Why.KEY_INVALID)
        if not _KEY.fullmatch(key):
            raise CircleRefusal(Why.MALFORMED_AUTHORIZATION)
        if self._api_keys and key not in self._api_keys:
            raise CircleRefusal(Why.INVALID_CREDENTIALS)
        return key.startswith("TEST")
