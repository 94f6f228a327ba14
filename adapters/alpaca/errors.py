"""Maps Alpaca's HTTP responses to the errors of ``ports.errors`` (alpaca.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from adapters.alpaca.contracts import OPERATIONS
from adapters.alpaca.settings import PROVIDER
from adapters.http.message import Request, Response
from adapters.http.refusals import UNAUTHORIZED, shown, understood
from adapters.http.transport import refusal
from ports.errors import (
    FundsMissing,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
)

UNPROCESSABLE = 422
NOT_ALLOWED = 40310000
JOURNAL = "create_journal"


def failure(request: Request, response: Response) -> ProviderError:
    """The error for a response that is not a success. Bad credentials do not mean a rejected request."""
    said = _said(response)
    if response.status == UNAUTHORIZED:
        return ProviderUnavailable(
            f"HTTP {UNAUTHORIZED} {said}", provider=PROVIDER, operation=request.operation
        )
    if request.operation == JOURNAL and _is_short(response):
        return FundsMissing(said, provider=PROVIDER, operation=request.operation)
    return refusal(request, response, reason=said)


def _is_short(response: Response) -> bool:
    """guess: the words of a journal for which the money is missing; the code has other causes, too."""
    code, message = error_code(response)
    return code == NOT_ALLOWED and any(
        word in message for word in ("not available", "insufficient")
    )


def may_be_there(request: Request, response: Response) -> bool:
    """Whether the refusal may mean that the thing exists already, by the operation's contract."""
    _, message = error_code(response)
    said = f"{response.status} {message}"
    return not response.ok and OPERATIONS[request.operation].may_be_there(said)


@contextmanager
def looking_first() -> Iterator[None]:
    """For look-ups before a retry: a rejected look-up leaves the outcome of the first try unknown."""
    try:
        yield
    except ProviderRejected as refused:
        raise ProviderOutcomeUnknown(
            f"the look-up was refused: {refused.detail}",
            provider=PROVIDER,
            operation=refused.operation,
        ) from refused


def error_code(response: Response) -> tuple[int, str]:
    """Alpaca's own code and message; 0 and an empty text when the body is not Alpaca's."""
    try:
        body = response.json()
        return int(body["code"]), str(body["message"])
    except (KeyError, TypeError, ValueError):
        return 0, ""


def read_json(request: Request, response: Response) -> Any:
    """The body of a successful response. Raises ``ProviderOutcomeUnknown`` when it is not JSON."""
    with reading(request.operation):
        return response.json()


@contextmanager
def reading(operation: str) -> Iterator[None]:
    """Raise ``ProviderOutcomeUnknown`` when the response is not what Alpaca documents."""
    with understood(
        lambda failure: ProviderOutcomeUnknown(
            f"unreadable answer: {failure}", provider=PROVIDER, operation=operation
        )
    ):
        yield


def _said(response: Response) -> str:
    """Alpaca's code and message, shortened and without e-mail addresses."""
    code, message = error_code(response)
    return f"code {code or 'unknown'}: {shown(message) or 'no message'}"
