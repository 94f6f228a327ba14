"""
The parts of Due's responses that we read (due.md §3-§11).

Unknown fields are ignored. Amounts stay decimal strings, as on the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import attrs
from cattrs import BaseValidationError, Converter
from cattrs.gen import make_dict_structure_fn, override

T = TypeVar("T")


@attrs.frozen
class Named:
    """Anything that has an id."""

    id: str


@attrs.frozen(kw_only=True)
class Kyc:
    status: str = "pending"
    link: str | None = None


@attrs.frozen(kw_only=True)
class Tos:
    status: str = "pending"
    token: str | None = None


@attrs.frozen(kw_only=True)
class Account:
    id: str
    status: str
    external_id: str | None = None
    kyc: Kyc | None = None
    tos: Tos | None = None


@attrs.frozen(kw_only=True)
class Wallet:
    id: str
    address: str


@attrs.frozen(kw_only=True)
class Recipient:
    id: str
    details: dict[str, Any]
    is_active: bool | None = None


@attrs.frozen(kw_only=True)
class Confirmation:
    hash: str | None = None


@attrs.frozen(kw_only=True)
class Side:
    """One end of a quote or transfer; the amount is the one paid in or the one delivered."""

    amount: str
    currency: str
    fee: str | None = None
    application_fee: str | None = None
    total_fee: str | None = None
    memo: str | None = None
    virtual_account_id: str | None = None
    confirmation: Confirmation | None = None


@attrs.frozen(kw_only=True)
class Quote:
    token: str
    source: Side
    destination: Side


@attrs.frozen(kw_only=True)
class Transfer:
    """``fx_rate`` is a JSON number, kept as the shortest decimal text that represents it."""

    id: str
    status: str
    owner_id: str | None = None
    source: Side
    destination: Side
    fx_rate: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Deposit:
    address: str


@attrs.frozen(kw_only=True)
class FundingAddress:
    details: Deposit


@attrs.frozen(kw_only=True)
class VirtualAccount:
    id: str | None = None
    key: str
    reference: str | None = None
    details: dict[str, Any] | None = None
    memo: str | None = None
    is_active: bool | None = None

    @property
    def names(self) -> set[str]:
        """guess: a transfer's ``virtualAccountId`` is either the id or the key (due.md §10)."""
        return {name for name in (self.id, self.key) if name}


@attrs.frozen(kw_only=True)
class Kickoff:
    """A KYC check that was started."""

    external_link: str | None = None


@attrs.frozen(kw_only=True)
class Endpoint:
    id: str
    url: str
    public_key: str | None = None
    subscribed_events: tuple[str, ...] = ()
    enabled: bool | None = None


@attrs.frozen(kw_only=True)
class Event:
    id: str
    type: str
    data: dict[str, Any] = attrs.field(factory=dict)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _structure(cls: type[Any]) -> Callable[..., Any]:
    renamed = {name: override(rename=_camel(name)) for name in attrs.fields_dict(cls)}
    return make_dict_structure_fn(cls, _converter, **renamed)  # type: ignore[arg-type]


_converter = Converter()
_converter.register_structure_hook_factory(attrs.has, _structure)
_converter.register_structure_hook_func(lambda cls: cls is object, lambda value, _: value)
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def read(document: Any, into: type[T]) -> T:
    """The document as ``into``. Raises ``ValueError`` when it does not have that shape."""
    try:
        return _converter.structure(document, into)
    except (BaseValidationError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"not what Due documents: {type(wrong).__name__}") from wrong
