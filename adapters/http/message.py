"""The vocabulary of the transport stack: one request, one response, nothing of aiohttp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import attrs
import orjson

from adapters.http.operation import Operation, OperationKind

STATUS_OK = range(200, 300)


@attrs.frozen(kw_only=True)
class Request:
    """
    A call to a provider.

    ``operation`` names it in spans, metrics and errors. ``is_safe`` says that repeating it cannot have a
    second effect: it only reads, or it carries the provider's own idempotency key. ``kind`` says which
    breaker it counts for. Both come from the operation's row, see ``of``. ``renew`` makes the body anew for
    every try, for a provider that refuses to see the same bytes twice.
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
        """A request for an operation, as safe as its row says."""
        return cls(
            operation=operation.name, is_safe=operation.is_repeatable, kind=operation.kind, **rest
        )

    def payload(self) -> bytes | None:
        """The bytes to send in one try."""
        return self.renew() if self.renew else self.body


@attrs.frozen(kw_only=True)
class Response:
    """What came back, read to the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)

    @property
    def ok(self) -> bool:
        return self.status in STATUS_OK

    @property
    def retry_after_s(self) -> float | None:
        """The pause that the provider asks for; ``None`` without one, or when it is not in seconds."""
        text = self.headers.get("Retry-After", "")
        return float(text) if text.isascii() and text.isdigit() else None

    def json(self) -> Any:
        """The body as JSON. Raises ``ValueError`` when it is not."""
        return orjson.loads(self.body) if self.body else None
