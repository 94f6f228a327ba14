"""Maps Harbor's refusals to the errors of ``ports.errors`` (harbor.md)."""

from __future__ import annotations

from adapters.harbor.settings import PROVIDER
from adapters.http.message import Request, Response
from adapters.http.refusals import UNAUTHORIZED, Failures, shown
from adapters.http.transport import refusal
from ports.errors import AmountTooSmall, ProviderError

STALE_QUOTE = "quote_expired"
TOO_SMALL = "amount_too_small"

_failures = Failures(PROVIDER)
rejected, unknown = _failures.rejected, _failures.unknown
unavailable, unsupported = _failures.unavailable, _failures.unsupported


def code_of(response: Response) -> str:
    """Harbor's own error code; empty when the body is not Harbor's."""
    return _said(response)[0]


def failure(request: Request, response: Response) -> ProviderError:
    """The error for a response that is not a success. Bad credentials do not mean a rejected request."""
    code, message = _said(response)
    reason = f"{code}: {shown(message)}"
    if response.status == UNAUTHORIZED:
        return unavailable(reason, operation=request.operation)
    if code == TOO_SMALL:
        return AmountTooSmall(reason, provider=PROVIDER, operation=request.operation)
    return refusal(request, response, reason=reason)


def _said(response: Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"]), str(error["message"])
    except (LookupError, TypeError, ValueError):
        return "", "no reason given"
