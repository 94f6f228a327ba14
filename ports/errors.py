"""How an outside service can fail, reduced to what the core must tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from domain.errors import DomainError, Kind, Severity


class ProviderError(DomainError):
    """
    A provider did not do what was asked.

    ``code`` says which provider it was, see ``CODES``. ``counts_for_breaker``: the provider is at fault
    and not the request, so a breaker counts it.
    """

    code = "ERR_5801"
    slug = "provider-error"
    kind = Kind.EXTERNAL_SERVICE
    severity = Severity.WARNING
    retryable = True
    counts_for_breaker: ClassVar[bool] = False

    def __init__(
        self, detail: str | None = None, *, provider: str = "", operation: str = ""
    ) -> None:
        super().__init__(detail)
        self.code = CODES.get((provider, type(self)), type(self).code)
        self.provider = provider
        self.operation = operation


class ProviderRejected(ProviderError):
    """The provider said no. It has not happened; asking again will not help."""

    code = "ERR_5802"
    slug = "provider-rejected"
    retryable = False


class ProviderUnavailable(ProviderError):
    """The provider did not take the request. It has not happened; it is safe to ask again."""

    code = "ERR_5803"
    slug = "provider-unavailable"
    counts_for_breaker = True


class ProviderThrottled(ProviderError):
    """The provider took no notice of the request, and says when to ask again."""

    code = "ERR_5804"
    slug = "provider-throttled"

    def __init__(
        self, detail: str | None = None, *, provider: str, operation: str, retry_after_s: float
    ) -> None:
        super().__init__(detail, provider=provider, operation=operation)
        self.retry_after_s = retry_after_s


class ProviderOutcomeUnknown(ProviderError):
    """It may have happened. Look it up under its reference before anything else."""

    code = "ERR_5805"
    slug = "provider-outcome-unknown"
    severity = Severity.ERROR
    counts_for_breaker = True


class ProviderUnsupported(ProviderError):
    """The provider cannot do this at all."""

    code = "ERR_5806"
    slug = "provider-unsupported"
    retryable = False


CODES: Mapping[tuple[str, type[ProviderError]], str] = {
    ("circle", ProviderRejected): "ERR_6001",
    ("circle", ProviderUnavailable): "ERR_6002",
    ("circle", ProviderThrottled): "ERR_6003",
    ("circle", ProviderOutcomeUnknown): "ERR_6004",
    ("alpaca", ProviderRejected): "ERR_6101",
    ("alpaca", ProviderUnavailable): "ERR_6102",
    ("alpaca", ProviderThrottled): "ERR_6103",
    ("alpaca", ProviderOutcomeUnknown): "ERR_6104",
    ("due", ProviderRejected): "ERR_6201",
    ("due", ProviderUnavailable): "ERR_6202",
    ("due", ProviderThrottled): "ERR_6203",
    ("due", ProviderOutcomeUnknown): "ERR_6204",
}
"""The code of each failure by whose it is; a provider that is not here has the class's own."""


class StoreUnavailable(DomainError):
    """The database did not answer; nothing was written."""

    code = "ERR_7001"
    slug = "store-unavailable"
    kind = Kind.INTERNAL
    severity = Severity.ERROR
    retryable = True


class StoreTimedOut(StoreUnavailable):
    """The database took too long; whether it was done is for it to say when asked again."""

    code = "ERR_7005"
    slug = "store-timed-out"
    kind = Kind.TIMEOUT


class StoreOverloaded(StoreUnavailable):
    """The database has no room for more at the moment; nothing was written."""

    code = "ERR_7006"
    slug = "store-overloaded"


class StoreContended(StoreUnavailable):
    """Others were changing the same at the same time, again and again; nothing was written."""

    code = "ERR_7007"
    slug = "store-contended"


class StoreRefused(StoreUnavailable):
    """The database refused what was asked of it, which is a defect of ours; nothing was written."""

    code = "ERR_7008"
    slug = "store-refused"
    retryable = False
