"""How an outside service can fail, reduced to what the core must tell apart."""

from __future__ import annotations

from domain.errors import DomainError, Kind, Severity


class ProviderError(DomainError):
    """A provider did not do what was asked."""

    code = "ERR_5801"
    kind = Kind.EXTERNAL_SERVICE
    severity = Severity.WARNING
    retryable = True

    def __init__(
        self, detail: str | None = None, *, provider: str = "", operation: str = ""
    ) -> None:
        super().__init__(detail)
        self.provider = provider
        self.operation = operation


class ProviderRejected(ProviderError):
    """The provider said no. It has not happened; asking again will not help."""

    code = "ERR_5802"
    retryable = False


class ProviderUnavailable(ProviderError):
    """The provider did not take the request. It has not happened; it is safe to ask again."""

    code = "ERR_5803"


class ProviderThrottled(ProviderError):
    """The provider took no notice of the request, and says when to ask again."""

    code = "ERR_5804"

    def __init__(
        self, detail: str | None = None, *, provider: str, operation: str, retry_after_s: float
    ) -> None:
        super().__init__(detail, provider=provider, operation=operation)
        self.retry_after_s = retry_after_s


class ProviderOutcomeUnknown(ProviderError):
    """It may have happened. Look it up under its reference before anything else."""

    code = "ERR_5805"
    severity = Severity.ERROR


class ProviderUnsupported(ProviderError):
    """The provider cannot do this at all."""

    code = "ERR_5806"
    retryable = False


class StoreUnavailable(DomainError):
    """The database did not answer; nothing was written."""

    code = "ERR_7001"
    kind = Kind.INTERNAL
    severity = Severity.ERROR
    retryable = True
