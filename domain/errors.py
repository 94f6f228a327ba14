"""The base of all errors of the core: kind, code and severity."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """The kinds of errors, which determine the HTTP status."""

    INTERNAL = "internal"
    VALIDATION = "validation"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    EXTERNAL_SERVICE = "external_service"
    BUSINESS_RULE = "business_rule"


class Severity(Enum):
    """The level at which an error is logged; ``PAGE`` alerts the person on call."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    PAGE = "page"


class DomainError(Exception):
    """
    An error with a stable ``code``, and a stable ``slug`` that clients see and dashboards count.

    The docstring of the class is its message unless a more exact ``detail`` is given; ``field`` names the
    input that caused it, if any. If ``retryable``, the same request may succeed after ``retry_after_s``
    seconds; each further retry should wait twice as long.
    """

    code: str = "ERR_1000"
    slug: ClassVar[str] = "domain-error"
    kind: ClassVar[Kind] = Kind.INTERNAL
    severity: ClassVar[Severity] = Severity.INFO
    retryable: ClassVar[bool] = False
    retry_after_s: float = 2.0

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        self.detail = detail or " ".join((self.__doc__ or "").split())
        self.field = field
        super().__init__(self.detail)


def name_of(error: type[BaseException]) -> str:
    """The slug in CamelCase (``OrderNotOpen``), or the class name of an error that is not ours."""
    if not issubclass(error, DomainError):
        return error.__qualname__
    return "".join(word.capitalize() for word in error.slug.split("-"))
