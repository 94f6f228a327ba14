"""The failures of providers and of the database that the core must tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from domain.errors import DomainError, Kind, Severity


class ProviderError(DomainError):
    """A provider did not do what was asked."""

    # The class's own code; an instance has the code of its provider, from ``CODES``.
    code = "ERR_5801"
    slug = "provider-error"
    kind = Kind.EXTERNAL_SERVICE
    severity = Severity.WARNING
    retryable = True
    counts_for_breaker: ClassVar[bool] = False
    """Whether the provider is at fault and not the request, so that the circuit breaker counts it."""

    def __init__(
        self, detail: str | None = None, *, provider: str = "", operation: str = ""
    ) -> None:
        super().__init__(detail)
        self.code = CODES.get((provider, type(self)), type(self).code)
        self.provider = provider
        self.operation = operation


class ProviderRejected(ProviderError):
    """The provider refused the request. Nothing happened, and a retry will not help."""

    code = "ERR_5802"
    slug = "provider-rejected"
    retryable = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        provider: str = "",
        operation: str = "",
        of_read: bool = False,
    ) -> None:
        """With ``of_read`` a look-up was refused, which says nothing about an effect."""
        super().__init__(detail, provider=provider, operation=operation)
        self.of_read = of_read


class ProviderUnavailable(ProviderError):
    """The provider did not accept the request. Nothing happened, and a retry is safe."""

    code = "ERR_5803"
    slug = "provider-unavailable"
    counts_for_breaker = True


class ProviderThrottled(ProviderError):
    """The provider limits our requests and did not process this one. Retry later."""

    code = "ERR_5804"
    slug = "provider-throttled"

    def __init__(
        self, detail: str | None = None, *, provider: str, operation: str, retry_after_s: float
    ) -> None:
        super().__init__(detail, provider=provider, operation=operation)
        self.retry_after_s = retry_after_s


class ProviderOutcomeUnknown(ProviderError):
    """The outcome at the provider is unknown. Look it up by its reference before anything else."""

    code = "ERR_5805"
    slug = "provider-outcome-unknown"
    severity = Severity.ERROR
    counts_for_breaker = True


class ProviderUnsupported(ProviderError):
    """The provider does not support this operation."""

    code = "ERR_5806"
    slug = "provider-unsupported"
    retryable = False


class FundsMissing(ProviderRejected):
    """The account that pays does not have the money. Nothing happened; it may have it later."""

    code = "ERR_5810"
    slug = "funds-missing"


class ProviderDenied(ProviderRejected):
    """The provider refuses what was asked, and would refuse it under any reference."""

    code = "ERR_5807"
    slug = "provider-denied"


class AmountTooSmall(ProviderDenied):
    """The amount is below what the provider moves, or below its fee: no retry ever will help."""

    code = "ERR_5809"
    slug = "amount-too-small"


class ProviderWalletFrozen(ProviderUnavailable):
    """The custodian has frozen the wallet, so nothing was sent. A retry is safe once it is unfrozen."""

    code = "ERR_5808"
    slug = "provider-wallet-frozen"
    severity = Severity.ERROR
    counts_for_breaker = False


CODES: Mapping[tuple[str, type[ProviderError]], str] = {
    ("circle", ProviderRejected): "ERR_6001",
    ("circle", ProviderUnavailable): "ERR_6002",
    ("circle", ProviderThrottled): "ERR_6003",
    ("circle", ProviderOutcomeUnknown): "ERR_6004",
    ("circle", ProviderDenied): "ERR_6005",
    ("circle", ProviderWalletFrozen): "ERR_6006",
    ("alpaca", ProviderRejected): "ERR_6101",
    ("alpaca", ProviderUnavailable): "ERR_6102",
    ("alpaca", ProviderThrottled): "ERR_6103",
    ("alpaca", ProviderOutcomeUnknown): "ERR_6104",
    ("due", ProviderRejected): "ERR_6201",
    ("due", ProviderUnavailable): "ERR_6202",
    ("due", ProviderThrottled): "ERR_6203",
    ("due", ProviderOutcomeUnknown): "ERR_6204",
}
"""The code of each failure by provider; a provider that is not listed has the code of the class."""


class StoreUnavailable(DomainError):
    """The database is not available. Repeat the request, with the same key, to learn its outcome."""

    code = "ERR_7001"
    slug = "store-unavailable"
    kind = Kind.INTERNAL
    severity = Severity.WARNING
    retryable = True


class StoreTimedOut(StoreUnavailable):
    """The database timed out, so the outcome is unknown. Repeat the request to learn it."""

    code = "ERR_7005"
    slug = "store-timed-out"
    kind = Kind.TIMEOUT


class StoreOverloaded(StoreUnavailable):
    """The database is overloaded. Nothing was written; try again later."""

    code = "ERR_7006"
    slug = "store-overloaded"


class StoreContended(StoreUnavailable):
    """Concurrent changes to the same data kept conflicting. Nothing was written; try again."""

    code = "ERR_7007"
    slug = "store-contended"


class StoreUnsuitable(StoreUnavailable):
    """A pooler, such as PgBouncer, drops our time limits. Connect to PostgreSQL without one."""

    code = "ERR_7010"
    slug = "store-unsuitable"
    severity = Severity.ERROR


class StoreRefused(DomainError):
    """The database refused the statement because of a defect on our side. Nothing was written."""

    code = "ERR_7008"
    slug = "store-refused"
    kind = Kind.INTERNAL
    severity = Severity.ERROR
