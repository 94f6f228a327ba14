"""Turns every exception into a problem, and logs those that need attention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import DomainError, Kind, Severity, name_of
from entrypoints.http.app_keys import REQUEST_ID, TRACE_ID
from entrypoints.http.problems import HttpRefusal, problem
from entrypoints.log_levels import level_of

log = structlog.get_logger("http")


class Unexpected(DomainError):
    """An unexpected error occurred on our side."""

    code = "ERR_1000"
    slug = "unexpected"
    severity = Severity.ERROR


class RouteNotFound(HttpRefusal):
    """There is nothing at this address."""

    code = "ERR_1001"
    slug = "route-not-found"
    kind = Kind.NOT_FOUND
    status = 404


class MethodNotAllowed(HttpRefusal):
    """The address does not support this method."""

    code = "ERR_1002"
    slug = "method-not-allowed"
    status = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(f"allowed methods: {self.allowed}")

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Allow": self.allowed}


class BadRequest(HttpRefusal):
    """The request is invalid."""

    code = "ERR_1003"
    slug = "bad-request"


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DomainError as error:
        refusal = error
        _log(refusal)
    except web.HTTPException as error:
        refusal = _of_http(error)
    except Exception:
        log.exception("unexpected")
        refusal = Unexpected()
    structlog.contextvars.bind_contextvars(code=refusal.code)
    return told(request, refusal)


def told(request: web.Request, error: DomainError) -> web.Response:
    """The answer to this request for ``error``."""
    return problem(
        error,
        instance=request.path,
        request_id=request[REQUEST_ID],
        trace_id=request[TRACE_ID],
    )


def _of_http(error: web.HTTPException) -> DomainError:
    match error:
        case web.HTTPMethodNotAllowed():
            return MethodNotAllowed(error.allowed_methods)
        case web.HTTPNotFound():
            return RouteNotFound()
        case web.HTTPClientError():
            return BadRequest(HTTPStatus(error.status).phrase)
        case _:
            return Unexpected()


def _log(error: DomainError) -> None:
    """Log an error; one with severity ``INFO`` has only its code, in the request's own line."""
    if error.severity is not Severity.INFO:
        log.log(
            level_of(error),
            "refused",
            code=error.code,
            error=name_of(type(error)),
            detail=error.detail,
        )
