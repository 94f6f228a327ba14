"""Instruments at the broker, and baskets of them curated by the firm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from domain.errors import DomainError, Kind


class UnknownInstrument(DomainError):
    """There is no such instrument, or it cannot be traded."""

    code = "ERR_5301"
    slug = "unknown-instrument"
    kind = Kind.VALIDATION


class UnknownBasket(DomainError):
    """There is no such basket."""

    code = "ERR_5302"
    slug = "unknown-basket"
    kind = Kind.NOT_FOUND


@attrs.frozen(kw_only=True)
class Instrument:
    """A stock or fund at the broker."""

    symbol: str
    name: str
    exchange: str
    tradable: bool
    fractionable: bool


@attrs.frozen(kw_only=True)
class InstrumentList:
    """
    The broker's instruments, as of when it told them.

    The list ``is_stale`` when a newer one is due and the broker does not give it.
    """

    instruments: Sequence[Instrument]
    as_of: datetime
    is_stale: bool


@attrs.frozen(kw_only=True)
class Component:
    """One symbol of a basket and its weight in basis points."""

    symbol: str
    weight_bps: int = attrs.field(validator=attrs.validators.gt(0))


@attrs.frozen(kw_only=True)
class Basket:
    """A curated set of instruments whose weights add up to 10,000 basis points."""

    id: str
    name: str
    description: str
    components: tuple[Component, ...]

    def __attrs_post_init__(self) -> None:
        if sum(component.weight_bps for component in self.components) != 10_000:  # noqa: PLR2004
            raise ValueError(f"the weights of basket {self.id} do not add up to 10000 bps")
