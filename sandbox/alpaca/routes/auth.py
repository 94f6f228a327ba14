"""Authentication, and every refusal as Alpaca's JSON error (alpaca.md §1)."""

from __future__ import annotations

import base64
import binascii
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import attrs
from aiohttp import web

from sandbox.alpaca.errors import AlpacaRefusal, TooManyRequests, Unauthorized
from sandbox.alpaca.routes.wire import answer
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.limiter import Allowance, Limiter
from sandbox.world import World

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105 - a path
CONTROL_PATH = "/v1/sandbox/"
TOKENS_MAX = 10_000


@attrs.define(kw_only=True)
class Auth:
    """Accepts key and secret (Basic, or the two APCA headers) and the tokens that it issued."""

    _world: World
    _settings: AlpacaSandboxSettings
    _limiter: Limiter
    _tokens: dict[str, float] = attrs.field(factory=dict)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[()]]:
        """A state file keeps no tokens, since their lifetimes are in this process's seconds."""
        opened = partial(Auth, world=self._world, settings=self._settings, limiter=self._limiter)
        return opened, ()

    def auth_routes(self) -> list[web.RouteDef]:
        return [web.post(TOKEN_PATH, self.issue)]

    async def issue(self, request: web.Request) -> web.Response:
        form = await request.post()
        key, secret = form.get("client_id"), form.get("client_secret")
        if form.get("grant_type") != "client_credentials" or not self._knows(key, secret):
            raise Unauthorized("invalid client credentials")
        lifetime_s = self._settings.token_lifetime_s
        token = f"{self._world.random.getrandbits(256):064x}"
        # Real seconds: the client counts the lifetime on its own clock.
        self._tokens[token] = time.monotonic() + lifetime_s
        if len(self._tokens) > TOKENS_MAX:
            del self._tokens[next(iter(self._tokens))]
        return answer({"access_token": token, "expires_in": lifetime_s, "token_type": "Bearer"})

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        allowance = None if _is_open(request) else self._limiter.count()
        try:
            self._admit(request, allowance)
            response = await handler(request)
        except AlpacaRefusal as refusal:
            response = answer(refusal.body, status=refusal.status)
        except web.HTTPException as error:
            body = {"code": error.status * 100_000, "message": error.reason.lower()}
            response = answer(body, status=error.status)
        except ConnectionError:
            raise
        except Exception:
            log.exception("the sandbox broker failed on %s %s", request.method, request.path)
            response = answer({"code": 50010000, "message": "internal server error"}, status=500)
        if not response.prepared:
            response.headers["X-Request-ID"] = self._world.new_uuid()
            response.headers.update(_headers(allowance))
        return response

    def revoke_tokens(self) -> None:
        """End every token before its time."""
        self._tokens.clear()

    def _admit(self, request: web.Request, allowance: Allowance | None) -> None:
        """Raises ``Unauthorized`` and ``TooManyRequests``."""
        if allowance is None:
            return
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        match scheme.lower():
            case "bearer":
                admitted = self._tokens.get(credential, 0.0) > time.monotonic()
            case "basic":
                key, _, secret = _decode(credential).partition(":")
                admitted = self._knows(key, secret)
            case _:
                admitted = self._knows(
                    request.headers.get("APCA-API-KEY-ID"),
                    request.headers.get("APCA-API-SECRET-KEY"),
                )
        if not admitted:
            raise Unauthorized("request is not authorized")
        if allowance.is_exceeded:
            raise TooManyRequests("rate limit exceeded")

    def _knows(self, key: object, secret: object) -> bool:
        if not isinstance(key, str) or not isinstance(secret, str) or not key or not secret:
            return False
        return not self._settings.api_keys or (key, secret) in self._settings.api_keys


def _is_open(request: web.Request) -> bool:
    """The token path and the sandbox's own controls need no key and have no limit."""
    return request.path.endswith(TOKEN_PATH) or CONTROL_PATH in request.path


def _headers(allowance: Allowance | None) -> dict[str, str]:
    """guess: a 429 has ``Retry-After``; the documents name the three other headers only."""
    if allowance is None:
        return {}
    wait = {"Retry-After": str(allowance.wait_s)} if allowance.is_exceeded else {}
    return {**allowance.headers, **wait}


def _decode(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
