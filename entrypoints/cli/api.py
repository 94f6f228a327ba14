"""The demo's client of the public API and of the sandbox's control API."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

POLL_S = 0.1
WAIT_LIMIT_S = 120.0


class ApiError(Exception):
    """The API refused with ``status`` and, if the answer was JSON, the ``problem`` in it."""

    def __init__(self, message: str, *, status: int = 0, problem: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


class WaitTimeout(Exception):
    """What was waited for did not happen within ``WAIT_LIMIT_S``."""


class Api:
    """Sends JSON to one base URL, with a bearer token after ``authorize``."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._headers: dict[str, str] = {}
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    def authorize(self, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Any:
        return await self.call("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Any:
        return await self.call("POST", path, body, key=key)

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, key: str | None = None
    ) -> Any:
        """Send a request; any but GET carries ``key`` or a new key as ``Idempotency-Key``."""
        url = f"{self._base_url}{path}"
        headers = dict(self._headers)
        if method != "GET":
            headers["Idempotency-Key"] = key or secrets.token_hex(16)
        async with self._session.request(method, url, json=body, headers=headers) as response:
            answer = await response.json(content_type=None)
            if not response.ok:
                raise ApiError(
                    f"{method} {path}: {response.status} {answer}",
                    status=response.status,
                    problem=answer,
                )
            return answer


async def until(
    ask: Callable[[], Awaitable[Any]],
    is_there: Callable[[Any], bool],
    *,
    what: str,
    tell: Callable[[Any], None] = lambda _: None,
) -> Any:
    """Ask repeatedly until ``is_there(answer)``, and return the answer. Raises ``WaitTimeout``."""
    give_up_at = time.monotonic() + WAIT_LIMIT_S
    while time.monotonic() < give_up_at:
        answer = await ask()
        tell(answer)
        if is_there(answer):
            return answer
        await asyncio.sleep(POLL_S)
    raise WaitTimeout(f"waited {WAIT_LIMIT_S:.0f} s for {what}; last answer: {answer}")
