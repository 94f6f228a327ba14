"""Errors as RFC 9457 problem details: the status of each kind, and the body."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, assert_never

import attrs
import orjson
from aiohttp import web

from domain.errors import DomainError, Kind
from domain.funding.withdrawal import AddressCooling
from domain.limits import Headroom, LimitExceeded
from entrypoints.http.serialization import unstructure
from entrypoints.http.views.limits import LimitView

CONTENT_TYPE = "application/problem+json"

_TYPE = "urn:stack:problem:"


@attrs.frozen
class FieldError:
    """What is wrong with one input."""

    field: str
    message: str


@attrs.frozen(kw_only=True)
class ProblemView:
    """
    RFC 9457 problem details. ``code`` is stable; ``errors`` names the inputs that are wrong.

    ``retryable`` says whether the same request may succeed later; ``trace_id`` is the W3C trace id.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    trace_id: str
    retryable: bool
    errors: Sequence[FieldError]


@attrs.frozen(kw_only=True)
class CoolingProblemView(ProblemView):
    """A problem that says from when withdrawals to a saved address are possible."""

    usable_at: datetime


@attrs.frozen(kw_only=True)
class LimitProblemView(ProblemView):
    """A problem that says which limit is exceeded, what remains of it and when it resets."""

    limit: LimitView


class HttpRefusal(DomainError):
    """An error of HTTP itself, with a more exact status than that of its kind."""

    slug = "http-refusal"
    kind = Kind.VALIDATION
    status: ClassVar[int] = 400

    @property
    def headers(self) -> Mapping[str, str]:
        return {}


class InvalidInput(DomainError):
    """The input is invalid."""

    code = "ERR_4001"
    slug = "invalid-input"
    kind = Kind.VALIDATION

    def __init__(self, errors: Sequence[FieldError]) -> None:
        first, *more = errors
        others = f" (and {len(more)} more)" if more else ""
        super().__init__(f"{first.field}: {first.message}{others}", field=first.field)
        self.errors = tuple(errors)


def status_of(error: DomainError) -> int:
    return status_of_class(type(error))


def status_of_class(error: type[DomainError]) -> int:
    if issubclass(error, HttpRefusal):
        return error.status
    return _status_of_kind(error.kind, retryable=error.retryable)


def _status_of_kind(kind: Kind, *, retryable: bool) -> int:
    """An error on our side or a provider's is a 503 if a retry may help."""
    match kind:
        case Kind.INTERNAL:
            return 503 if retryable else 500
        case Kind.EXTERNAL_SERVICE:
            return 503 if retryable else 502
        case Kind.VALIDATION | Kind.BUSINESS_RULE:
            return 422
        case Kind.NOT_FOUND:
            return 404
        case Kind.CONFLICT:
            return 409
        case Kind.UNAUTHORIZED:
            return 401
        case Kind.FORBIDDEN:
            return 403
        case Kind.RATE_LIMIT:
            return 429
        case Kind.TIMEOUT:
            return 504
        case _:
            assert_never(kind)


def problem(error: DomainError, *, instance: str, request_id: str, trace_id: str) -> web.Response:
    """The response for ``error``, without internal details."""
    status = status_of(error)
    body = ProblemView(
        type=type_of(type(error)),
        title=title_of(type(error)),
        status=status,
        detail=_detail(error),
        instance=instance,
        code=error.code,
        request_id=request_id,
        trace_id=trace_id,
        retryable=error.retryable,
        errors=_field_errors(error),
    )
    return web.Response(
        status=status,
        body=orjson.dumps(unstructure(_extended(body, error))),
        content_type=CONTENT_TYPE,
        headers=_headers(error, status),
    )


def _extended(body: ProblemView, error: DomainError) -> ProblemView:
    """With the members that only this error has."""
    known = attrs.asdict(body, recurse=False)
    match error:
        case LimitExceeded(headroom=Headroom() as headroom):
            return LimitProblemView(**known, limit=LimitView.of(headroom))
        case AddressCooling(usable_at=usable_at):
            return CoolingProblemView(**known, usable_at=usable_at)
        case _:
            return body


def type_of(error: type[DomainError]) -> str:
    """The URI that names the error; it cannot be fetched."""
    return _TYPE + error.slug


def title_of(error: type[DomainError]) -> str:
    return " ".join((error.__doc__ or "").split())


def _detail(error: DomainError) -> str:
    """The words of our database or a provider are only logged."""
    is_inside = error.kind in {Kind.INTERNAL, Kind.EXTERNAL_SERVICE}
    return title_of(type(error)) if is_inside else error.detail


def _field_errors(error: DomainError) -> Sequence[FieldError]:
    if isinstance(error, InvalidInput):
        return error.errors
    return [FieldError(error.field, error.detail)] if error.field else []


def _headers(error: DomainError, status: int) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, HttpRefusal):
        headers |= error.headers
    if status in {429, 503}:
        headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    if status == 401:  # noqa: PLR2004 - RFC 9110 §11.6.1 wants the challenge with it
        headers["WWW-Authenticate"] = "Bearer"
    return headers
