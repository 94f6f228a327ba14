"""Rate limits with a sliding window: a maximum of calls in the last seconds."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind, Severity


@attrs.frozen(kw_only=True)
class Rule:
    """At most ``limit`` calls in any ``window_s`` seconds. Rules with different names count separately."""

    name: str
    limit: int = attrs.field(validator=attrs.validators.ge(1))
    window_s: int = attrs.field(validator=attrs.validators.ge(1))


@attrs.frozen(kw_only=True)
class Verdict:
    """
    The verdict on one call.

    ``remaining`` further calls are allowed now; more than that in ``reset_s`` seconds, which are whole
    seconds, rounded up and at least one.
    """

    allowed: bool
    remaining: int
    reset_s: int


class RateLimited(DomainError):
    """Too many requests. Try again after the time given in Retry-After."""

    code = "ERR_1004"
    slug = "rate-limited"
    kind = Kind.RATE_LIMIT
    retryable = True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class RateLimiterUnavailable(DomainError):
    """Requests cannot be counted at the moment, so this one was refused. Try again later."""

    code = "ERR_7101"
    slug = "rate-limiter-unavailable"
    kind = Kind.INTERNAL
    severity = Severity.WARNING
    retryable = True


class RateLimiter(Protocol):
    @abstractmethod
    async def hit(self, key: str, *, rule: Rule) -> Verdict:
        """
        Count a call under ``key`` if it is allowed; a refused call is not counted.

        Exact under concurrency. Raises ``RateLimiterUnavailable``.
        """
