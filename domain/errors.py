"""What every refusal of the core has in common: a kind, a code and a severity."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """The ten kinds of error; the HTTP status follows from the kind alone."""

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
    """How loudly an error is logged; PAGE wakes somebody."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    PAGE = "page"


class DomainError(Exception):
    """
    A refusal with a stable code, and a stable name: ``slug``, which clients see and dashboards count.

    The docstring of the class is its message unless the raiser says something more exact; ``field``
    names the input that caused it, if one did. Where ``retryable``, the same request may succeed after
    ``retry_after_s`` seconds; whoever tries again doubles the wait each time.
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
    """Its slug as one word, ``OrderNotOpen``; an error that is not ours has the name of its class."""
    if not issubclass(error, DomainError):
        return error.__qualname__
    return "".join(word.capitalize() for word in error.slug.split("-"))
