"""Maps Circle's refusals to the errors of ``ports.errors`` (circle.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adapters.circle.settings import PROVIDER
from adapters.http import refusals
from adapters.http.message import Request, Response
from adapters.http.transport import refusal
from domain.errors import DomainError
from ports.errors import ProviderError, ProviderOutcomeUnknown, ProviderUnavailable

NOT_ADMITTED = frozenset({401, 403})

CIPHERTEXT_REUSED = 156004
NOT_THE_REQUESTS_FAULT = frozenset(
    {
        CIPHERTEXT_REUSED,
        155264,  # too many pending transactions of this wallet
        155505,  # the smart account's first transaction is still deploying it
        156007,  # API key not accepted
        156013,  # entity secret not accepted
        156016,  # entity secret not set yet
        156019,  # entity secret must be rotated
    }
)


def failure(request: Request, response: Response) -> ProviderError:
    """
    The error for a response that is not a success.

    Rejected credentials and congestion do not mean that the request was rejected: nothing has happened,
    and the same request can succeed later.
    """
    code, message = _said(response)
    reason = f"code {code}: {refusals.shown(message)}"
    if response.status in NOT_ADMITTED or code in NOT_THE_REQUESTS_FAULT:
        return ProviderUnavailable(
            f"HTTP {response.status} {reason}",
            provider=request.provider,
            operation=request.operation,
        )
    return refusal(request, response, reason=reason)


@contextmanager
def understood(complaint: Callable[[str], DomainError]) -> Iterator[None]:
    """Raise ``complaint`` when the data read inside is not what Circle documents."""
    with refusals.understood(lambda failure: complaint(f"not what Circle documents: {failure}")):
        yield


@contextmanager
def reading(operation: str) -> Iterator[None]:
    """Raise ``ProviderOutcomeUnknown`` when the response is not what Circle documents."""
    with understood(
        lambda detail: ProviderOutcomeUnknown(detail, provider=PROVIDER, operation=operation)
    ):
        yield


def _said(response: Response) -> tuple[int, str]:
    try:
        body = response.json()
        return int(body["code"]), str(body["message"])
    except (LookupError, TypeError, ValueError):
        return 0, "no reason given"
