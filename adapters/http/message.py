"""Requests and responses of the transport stack, independent of aiohttp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import attrs
import orjson

from adapters.http import retry_after
from adapters.http.operation import Operation, OperationKind

STATUS_OK = range(200, 300)


@attrs.frozen(kw_only=True)
class Request:
    """
    A call to a provider.

    ``operation`` names it in spans, metrics and errors. ``is_safe`` means that repeating it cannot have a
    second effect: it only reads, or it carries the provider's own idempotency key. ``kind`` selects the
    breaker. Both come from the operation's contract, see ``of``. ``renew`` builds a new body for every
    try, for a provider that rejects the same bytes twice.
    """

    provider: str
    operation: str
    method: str
    url: str
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    params: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)
    renew: Callable[[], bytes] | None = attrs.field(default=None, repr=False)
    is_safe: bool = False
    kind: OperationKind = OperationKind.WRITE

    @classmethod
    def of(cls, operation: Operation, **rest: Any) -> Self:
        """A request for an operation, with the safety and kind from its contract."""
        return cls(
            operation=operation.name, is_safe=operation.is_repeatable, kind=operation.kind, **rest
        )

    def payload(self) -> bytes | None:
        """The bytes to send in one try."""
        return self.renew() if self.renew else self.body


@attrs.frozen(kw_only=True)
class Response:
    """A response with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)

    @property
    def ok(self) -> bool:
        return self.status in STATUS_OK

    @property
    def retry_after_s(self) -> float | None:
        """The pause requested by the provider, clamped; ``None`` if absent or not understood."""
        return retry_after.read(self.headers)

    def json(self) -> Any:
        """The body as JSON. Raises ``ValueError`` when it is not."""
        return orjson.loads(self.body) if self.body else None
