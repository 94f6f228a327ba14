"""Metrics of API requests and rate limits."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import OTHER, counter, histogram
from ports.rate_limit import RateLimiter, RateLimiterUnavailable, Rule, Verdict

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The objective for 95 % of all requests is 0.3 s."""


class RequestMetrics:
    """Names and labels follow OpenTelemetry's semantic conventions for HTTP servers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = histogram(
            registry,
            "http_server_request_duration_seconds",
            "Duration of a request, by route template",
            ("http_request_method", "http_route", "http_response_status_code"),
            buckets=BUCKETS_S,
        )
        self._active = Gauge(
            "http_server_active_requests", "Requests in progress", registry=registry
        )
        self.limits = counter(
            registry,
            "stack_rate_limit_verdicts",
            "Rate limit decisions by quota: allowed, refused, or unavailable",
            ("quota", "verdict"),
        )

    def began(self) -> None:
        self._active.inc()

    def ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        known = method if method in METHODS else OTHER
        self._duration.at(known, route, str(status)).observe(seconds)
        self._active.dec()


class MeteredLimiter(RateLimiter):
    """Counts the verdicts of another limiter."""

    def __init__(self, inner: RateLimiter, metrics: RequestMetrics) -> None:
        self._inner = inner
        self._verdicts = metrics.limits

    async def hit(self, key: str, *, rule: Rule) -> Verdict:
        try:
            verdict = await self._inner.hit(key, rule=rule)
        except RateLimiterUnavailable:
            self._verdicts.at(rule.name, "unavailable").inc()
            raise
        self._verdicts.at(rule.name, "allowed" if verdict.allowed else "refused").inc()
        return verdict
