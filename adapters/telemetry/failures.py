"""Records an error in a span: its type and stack frames, never its message."""

from __future__ import annotations

import asyncio
import traceback

from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.exception_attributes import (
    EXCEPTION_STACKTRACE,
    EXCEPTION_TYPE,
)
from opentelemetry.trace import Span, StatusCode

from domain.errors import DomainError, Kind, name_of

ERROR_CODE = "stack.error.code"

_FRAMES_MAX = 20
_OURS = frozenset({Kind.INTERNAL, Kind.EXTERNAL_SERVICE, Kind.TIMEOUT})


def record(span: Span, error: BaseException) -> None:
    """
    Record that ``error`` ended the span's operation.

    A refusal of the caller's request is a regular result: the span has its type and code, and no error
    status. Any other error sets the error status and adds the stack frames. The message is left out,
    because it may quote user input and so contain personal data.
    """
    if not span.is_recording():
        return
    name = name_of(type(error))
    span.set_attribute(ERROR_TYPE, name)
    if isinstance(error, DomainError):
        span.set_attribute(ERROR_CODE, error.code)
    if _is_failure(error):
        span.set_status(StatusCode.ERROR)
        span.add_event(
            "exception",
            {EXCEPTION_TYPE: name, EXCEPTION_STACKTRACE: _frames(error)},
        )


def _is_failure(error: BaseException) -> bool:
    if isinstance(error, DomainError):
        return error.kind in _OURS
    return not isinstance(error, asyncio.CancelledError | GeneratorExit)


def _frames(error: BaseException) -> str:
    """The stack, innermost frame last; without source lines, which may contain data."""
    frames = traceback.extract_tb(error.__traceback__, limit=-_FRAMES_MAX)
    return "\n".join(
        f'File "{each.filename}", line {each.lineno}, in {each.name}' for each in frames
    )
