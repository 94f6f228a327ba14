"""Harbor's refusals as the failures that the core tells apart (harbor.md)."""

from __future__ import annotations

from adapters.harbor.settings import PROVIDER
from adapters.http.message import Request, Response
from adapters.http.transport import refusal
from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnsupported,
)

UNAUTHORIZED = 401
NOT_FOUND = 404
STALE_QUOTE = "quote_expired"
MESSAGE_MAX = 200


def code_of(response: Response) -> str:
    """Harbor's own code; empty when the body is not Harbor's."""
    return _said(response)[0]


def failure(request: Request, response: Response) -> ProviderError:
    """What a status other than success means. Bad credentials are our fault and not a verdict."""
    code, message = _said(response)
    reason = f"{code}: {message[:MESSAGE_MAX]}"
    if response.status == UNAUTHORIZED:
        return unavailable(reason, operation=request.operation)
    return refusal(request, response, reason=reason)


def rejected(reason: str, *, operation: str) -> ProviderRejected:
    return ProviderRejected(reason, provider=PROVIDER, operation=operation)


def unknown(reason: str, *, operation: str) -> ProviderOutcomeUnknown:
    return ProviderOutcomeUnknown(reason, provider=PROVIDER, operation=operation)


def unavailable(reason: str, *, operation: str) -> ProviderUnavailable:
    return ProviderUnavailable(reason, provider=PROVIDER, operation=operation)


def unsupported(reason: str, *, operation: str) -> ProviderUnsupported:
    return ProviderUnsupported(reason, provider=PROVIDER, operation=operation)


def _said(response: Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"]), str(error["message"])
    except (LookupError, TypeError, ValueError):
        return "", "no reason given"
