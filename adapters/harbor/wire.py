"""The parts of Harbor's responses that we read (harbor.md). Unknown fields are ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import attrs
from cattrs import BaseValidationError, Converter

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Customer:
    id: str
    status: str
    verify_url: str | None = None


@attrs.frozen(kw_only=True)
class Amount:
    value: str
    asset: str


@attrs.frozen(kw_only=True)
class Quote:
    id: str
    pays: Amount


@attrs.frozen(kw_only=True)
class Pay:
    """``kind`` is ``chain`` or ``wire``, and determines which fields are present."""

    kind: str
    address: str = ""
    expires_at: datetime | None = None
    bank_name: str = ""
    routing_number: str = ""
    account_number: str = ""
    beneficiary: str = ""
    memo: str = ""


@attrs.frozen(kw_only=True)
class Transfer:
    """``pays`` equals ``receives`` plus ``fee`` in value; these two are of one asset."""

    id: str
    reference: str
    status: str
    pays: Amount
    receives: Amount
    fee: Amount
    pay: Pay
    tx_hash: str | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class Found:
    items: tuple[Transfer, ...]


@attrs.frozen(kw_only=True)
class Event:
    id: str
    type: str
    data: dict[str, Any]


_converter = Converter()
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def read(document: Any, into: type[T]) -> T:
    """The document as ``into``. Raises ``ValueError`` when it does not have that shape."""
    try:
        return _converter.structure(document, into)
    except (BaseValidationError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"not what Harbor documents: {type(wrong).__name__}") from wrong
