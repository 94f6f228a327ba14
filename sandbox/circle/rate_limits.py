"""
Circle's limits of calls a second, by kind of endpoint (circle.md §8).

guess: each endpoint has its own limit, and the headers; Circle documents neither.
"""

from __future__ import annotations

import re

from aiohttp import web

from sandbox.limiter import Allowance, Limiter

GETS, OTHERS = 20, 5
WINDOW_S = 1.0
TENS = re.compile(
    r"POST .*/developer/wallets"
    r"|PUT .*/developer/wallets/(derive|\{id\}/blockchains/\{chain\})"
    r"|POST .*/estimateFee"
    r"|POST .*/developer/sign/[a-zA-Z]+"
)
TEN = 10


class RateLimits:
    """The limits times ``factor``, each counted separately."""

    def __init__(self, *, factor: int) -> None:
        self._factor = factor
        self._limiters: dict[str, Limiter] = {}

    def count(self, request: web.Request) -> Allowance:
        """Count one call."""
        resource = request.match_info.route.resource
        endpoint = f"{request.method} {resource.canonical if resource else ''}"
        if endpoint not in self._limiters:
            limit = _limit(endpoint) * self._factor
            self._limiters[endpoint] = Limiter(limit=limit, window_s=WINDOW_S)
        return self._limiters[endpoint].count()


def _limit(endpoint: str) -> int:
    if endpoint.startswith("GET "):
        return GETS
    return TEN if TENS.fullmatch(endpoint) else OTHERS
