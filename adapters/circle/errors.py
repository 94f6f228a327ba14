"""Maps Circle's refusals to the errors of ``ports.errors`` (circle.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from adapters.circle.settings import PROVIDER
from adapters.http import refusals
from adapters.http.message import Request, Response
from adapters.http.transport import refusal
from domain.errors import DomainError
from ports.errors import (
    FundsMissing,
    ProviderDenied,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderUnavailable,
    ProviderWalletFrozen,
)

NOT_ADMITTED = frozenset({401, 403})

CIPHERTEXT_REUSED = 156004
SECRET_NOT_ACCEPTED = 156013
"""guess: also the answer to a secret that was encrypted with an earlier public key."""
WALLET_FROZEN = 155501
LATER = frozenset(
    {
        CIPHERTEXT_REUSED,
        155264,  # too many pending transactions of this wallet
        155505,  # the smart account's first transaction is still deploying it
        155509,  # no sponsor pays for the gas at the moment
        156006,  # API key of the other network
        156007,  # API key not accepted
        SECRET_NOT_ACCEPTED,
        156016,  # entity secret not set yet
        156019,  # entity secret must be rotated
    }
)
"""What is not the request's fault: the same request can succeed later."""

SHORT = frozenset({155201, 155258})
"""guess: the wallet does not hold the amount; it may be on its way."""

NEVER = frozenset(
    {
        155219,  # invalid destination
        155220,  # wallet and token on different chains
        155221,  # invalid amounts
        155224,  # amounts that are not decimal
        155239,  # invalid token address
        155262,  # no such account on Solana
        155511,  # chain not supported for wallets
        156027,  # chain not supported
        156031,  # token address not supported
        156032,  # invalid amount
    }
)
"""What the same request is always refused for."""


def failure(request: Request, response: Response) -> ProviderError:
    """
    The error for a response that is not a success.

    A code that is known decides, before the HTTP status, which is published for none of them. Rejected
    credentials and congestion do not mean that the request was rejected: nothing has happened.
    """
    code, message = _said(response)
    reason = f"code {code}: {refusals.shown(message)}"
    said = f"HTTP {response.status} {reason}"
    where: dict[str, Any] = {"provider": request.provider, "operation": request.operation}
    if code == WALLET_FROZEN:
        return ProviderWalletFrozen(said, **where)
    if code in NEVER:
        return ProviderDenied(said, **where)
    if code in SHORT:
        return FundsMissing(said, **where)
    if code in LATER or response.status in NOT_ADMITTED:
        return ProviderUnavailable(said, **where)
    return refusal(request, response, reason=reason)


def refuses_ciphertext(response: Response) -> bool:
    return not response.ok and _said(response)[0] == SECRET_NOT_ACCEPTED


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
