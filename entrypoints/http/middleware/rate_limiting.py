"""Counts each call against the quota of its route before it is carried out."""

from __future__ import annotations

import attrs
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import CALLER, LIMITS, QUOTAS, application
from entrypoints.http.client_address import client_site
from entrypoints.http.rate_limits import Quota
from ports.rate_limit import RateLimited, RateLimiterUnavailable, Rule, Verdict

HEADERS = (
    "RateLimit",
    "RateLimit-Policy",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)

log = structlog.get_logger("http")


@attrs.frozen
class CountedRequest:
    """The rule of a request's quota, and the verdict unless the counter was unavailable."""

    rule: Rule
    verdict: Verdict | None = None


COUNTED = web.RequestKey("counted", CountedRequest)


@web.middleware
async def limiting(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Raises ``RateLimited``, or ``RateLimiterUnavailable`` if the quota needs a counter."""
    quota = request.app[QUOTAS].get(request.match_info.route, Quota.UNCOUNTED)
    rule = request.app[LIMITS].rules.get(quota)
    if rule is not None:
        verdict = await _verdict(request, quota, rule)
        request[COUNTED] = CountedRequest(rule, verdict)
        if verdict is not None and not verdict.allowed:
            raise RateLimited(retry_after_s=verdict.reset_s)
    return await handler(request)


async def tell_limits(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """
    Add the quota of the caller to the headers of every answer of a counted route.

    draft-ietf-httpapi-ratelimit-headers-10, and the older names that clients know; all times are in seconds
    from now.
    """
    counted = request.get(COUNTED)
    if counted is None:
        return
    rule = counted.rule
    response.headers["RateLimit-Policy"] = f'"{rule.name}";q={rule.limit};w={rule.window_s}'
    if (verdict := counted.verdict) is not None:
        response.headers["RateLimit"] = f'"{rule.name}";r={verdict.remaining};t={verdict.reset_s}'
        response.headers["X-RateLimit-Limit"] = str(rule.limit)
        response.headers["X-RateLimit-Remaining"] = str(verdict.remaining)
        response.headers["X-RateLimit-Reset"] = str(verdict.reset_s)


async def _verdict(request: web.Request, quota: Quota, rule: Rule) -> Verdict | None:
    """``None`` if the counter is unavailable and the quota passes uncounted calls."""
    key = request.get(CALLER) or client_site(request)
    try:
        return await application(request).limiter.hit(key, rule=rule)
    except RateLimiterUnavailable as error:
        _uncounted(request, quota, error)
        if not quota.passes_uncounted:
            raise
        return None


def _uncounted(request: web.Request, quota: Quota, error: RateLimiterUnavailable) -> None:
    known = request.app[LIMITS]
    known.uncounted += 1
    log.warning(
        "limits.uncounted",
        quota=quota.value,
        passed=quota.passes_uncounted,
        counter=known.uncounted,
        error=error.detail,
    )
