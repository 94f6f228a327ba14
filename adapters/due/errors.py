"""Due's refusals as the failures that the core tells apart (due.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import attrs

from adapters.due.settings import PROVIDER
from adapters.http.message import Request, Response
from adapters.http.operation import Operation
from adapters.http.refusals import NOT_FOUND, UNAUTHORIZED, Failures, shown
from adapters.http.transport import refusal
from ports.errors import ProviderError

STALE_QUOTE = ("err_token_invalid", "err_quote_expired")
"""guess: how Due refuses a quote that has expired or was used; no code is published (due.md §2)."""

_failures = Failures(PROVIDER)
rejected, unknown, unavailable = _failures.rejected, _failures.unknown, _failures.unavailable


@attrs.frozen(kw_only=True)
class Refusal:
    """What Due said instead of yes, from either of the envelopes that it publishes."""

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
"""Tells the refusals that are an answer from those that are a failure."""


def not_found(refusal: Refusal) -> bool:
    return refusal.status == NOT_FOUND


def there(operation: Operation) -> Expected:
    """Whether what was to be made may be there already, by the operation's row."""
    return lambda refusal: operation.may_be_there(refusal.code, str(refusal.status))


def coded(*codes: str) -> Expected:
    return lambda refusal: refusal.code in codes


def failure(request: Request, response: Response) -> ProviderError:
    """What a status other than success means. Bad credentials are our fault and not a verdict."""
    said = Refusal.of(response)
    if said.status == UNAUTHORIZED:
        return unavailable(str(said), operation=request.operation)
    return refusal(request, response, reason=str(said))


def _object(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
