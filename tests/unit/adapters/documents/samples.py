"""
Values of every stored class, made from the types of its fields alone.

Between them they show each field set, each optional field empty, each member of a union and each member
of an enum. They do not depend on the name of any class or attribute.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction
from itertools import cycle
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from domain.ids import InvestorId, ProcessId, Reference
from domain.money import USD, USDC, Money
from domain.quantity import Price
from domain.trading.order import OrderTerms, OrderType
from tests.support import builders as a

_LIMITED = attrs.evolve(a.sell("1.5"), type=OrderType.LIMIT, limit_price=Price(Fraction("187.25")))
_SAMPLES: Mapping[Any, Sequence[Any]] = {
    str: ["text"],
    int: [7],
    bool: [True, False],
    datetime: [
        datetime(2026, 1, 5, 15, 0, tzinfo=UTC),
        datetime(2026, 1, 5, 15, 0, 0, 250, tzinfo=UTC),
    ],
    Money: [Money.of("250.5", USD), Money.of("0.000001", USDC)],
    Fraction: [Fraction("187.255"), Fraction(1, 3)],
    Price: [Price(Fraction("187.25")), Price(Fraction(1, 3))],
    ProcessId: [a.process_id(1)],
    InvestorId: [a.ADA],
    Reference: [Reference(f"{a.process_id(1)}:effect:1")],
    OrderTerms: [a.buy("100"), a.sell("1.5"), _LIMITED],
}


def samples(shape: Any) -> Sequence[Any]:
    """The first has everything set. Raises ``TypeError`` for a type that is not known here."""
    if shape in _SAMPLES:
        return _SAMPLES[shape]
    if isinstance(shape, type) and issubclass(shape, Enum):
        return list(shape)
    if isinstance(shape, type) and attrs.has(shape):
        return _objects(shape)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in {Union, types.UnionType}:
        return [each for member in arguments for each in _members(member)]
    if origin is tuple:
        return [tuple(samples(arguments[0])), ()]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        keys, values = (samples(each) for each in arguments)
        return [dict(zip(keys, cycle(values), strict=False)), {}]
    raise TypeError(f"there is no sample of {shape}")


def _members(member: Any) -> Sequence[Any]:
    return [None] if member is type(None) else samples(member)


def _objects(shape: type[Any]) -> Sequence[Any]:
    hints = get_type_hints(shape)
    columns = {field.alias: samples(hints[field.name]) for field in attrs.fields(shape)}
    count = max((len(each) for each in columns.values()), default=1)
    return [
        shape(**{name: values[row % len(values)] for name, values in columns.items()})
        for row in range(count)
    ]
