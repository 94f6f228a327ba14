"""Maps Due's refusals to the errors of ``ports.errors`` (due.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import attrs

from adapters.due.settings import PROVIDER
from adapters.http.message import Request, Response
from adapters.http.operation import Operation
from adapters.http.refusals import NOT_FOUND, UNAUTHORIZED, Failures, shown
from adapters.http.transport import refusal
from ports.errors import AmountTooSmall, ProviderError

STALE_QUOTE = ("err_token_invalid", "err_quote_expired")
"""guess: Due's codes for an expired or used quote; none is published (due.md §2)."""

TOO_SMALL = frozenset({"err_quote_limit_below_fee", "err_quote_limit_below_minimum"})

_failures = Failures(PROVIDER)
rejected, unknown, unavailable = _failures.rejected, _failures.unknown, _failures.unavailable


@attrs.frozen(kw_only=True)
class Refusal:
    """A refusal by Due, read from either of its two error envelopes."""

    status: int
    code: str
    message: str

    @classmethod
    def of(cls, response: Response) -> Self:
        body = _object(response)
        code = body.get("error_code") or body.get("code") or "no code"
        message = shown(str(body.get("message") or "no message"))
        return cls(status=response.status, code=str(code), message=message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


Expected = Callable[[Refusal], bool]
"""Whether a refusal is an expected answer rather than a failure."""


def not_found(refusal: Refusal) -> bool:
    return refusal.status == NOT_FOUND


def there(operation: Operation) -> Expected:
    """Refusals that may mean that the thing exists already, by the operation's contract."""
    return lambda refusal: operation.may_be_there(refusal.code, str(refusal.status))


def coded(*codes: str) -> Expected:
    return lambda refusal: refusal.code in codes


def failure(request: Request, response: Response) -> ProviderError:
    """The error for a response that is not a success. Bad credentials do not mean a rejected request."""
    said = Refusal.of(response)
    if said.status == UNAUTHORIZED:
        return unavailable(str(said), operation=request.operation)
    if said.code in TOO_SMALL:
        return AmountTooSmall(str(said), provider=PROVIDER, operation=request.operation)
    return refusal(request, response, reason=str(said))


def _object(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
