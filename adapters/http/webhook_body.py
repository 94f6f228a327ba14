"""Reads the body of a webhook: as JSON, and as the type that the provider documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from ports.inbound import UnreadableMessage

T = TypeVar("T")


def json_in(body: bytes) -> Any:
    """The body as JSON. Raises ``UnreadableMessage``."""
    try:
        return orjson.loads(body)
    except ValueError as wrong:
        raise UnreadableMessage("the message is not JSON") from wrong


def structured(document: Any, into: type[T], *, read: Callable[[Any, type[T]], T]) -> T:
    """The document converted by ``read``, whose ``ValueError`` becomes ``UnreadableMessage``."""
    try:
        return read(document, into)
    except ValueError as wrong:
        raise UnreadableMessage(str(wrong)) from wrong
