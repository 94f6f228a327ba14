"""
The one strict converter of JSON bodies; ``serialization`` writes the answers.

It coerces nothing, ignores no field, and reports every error at once, by field. Amounts are decimal
strings, because a JSON number loses decimals when it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any, NewType, TypeVar, get_args, get_origin

import cattrs

from domain.errors import DomainError
from domain.money import Asset, Money, NotAnAmount
from domain.quantity import Price
from domain.wallets.chain import Chain
from entrypoints.http.problems import FieldError, InvalidInput

TEXT_LENGTH_MAX = 300
REASON_LENGTH_MIN = 3
REASON_LENGTH_MAX = 500
NAME_LENGTH_MAX = 50
REASONS_MAX = 50

DecimalText = NewType("DecimalText", str)
"""A plain decimal number in a JSON string."""

Reason = NewType("Reason", str)
"""Why a member of staff does something."""

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

T = TypeVar("T")

_converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)


class _Wrong(ValueError):
    """A value that its field does not accept; the message says what it accepts."""


def structure(document: Mapping[str, Any], shape: type[T]) -> T:
    """``document`` as a ``shape``. Raises ``InvalidInput``, or the domain's error if it is the only one."""
    try:
        return _converter.structure(document, shape)
    except cattrs.ClassValidationError as error:
        reasons = list(islice(_reasons(error), REASONS_MAX))
    match reasons:
        case [(field, DomainError() as only)]:
            only.field = field
            raise only
        case _:
            raise InvalidInput([FieldError(field, _message(each)) for field, each in reasons])


@contextmanager
def naming(field: str) -> Iterator[None]:
    """Add the name of the field to the domain's errors."""
    try:
        yield
    except DomainError as error:
        error.field = error.field or field
        raise


def money(text: DecimalText, asset: Asset, *, field: str) -> Money:
    """Raises ``PrecisionLost`` or ``NotAnAmount``, naming ``field``."""
    with naming(field):
        return Money.of(text, asset)


def price(text: DecimalText, *, field: str) -> Price:
    """Raises ``NotAnAmount``, naming ``field``."""
    with naming(field):
        return Price.of(text)


def _reasons(error: cattrs.ClassValidationError) -> Iterator[tuple[str, Exception]]:
    named, others = error.group_exceptions()
    for reason, note in named:
        yield note.name, reason
    for reason in others:
        if not isinstance(reason, cattrs.ForbiddenExtraKeysError):
            raise reason
        for key in sorted(reason.extra_fields):
            yield key[:NAME_LENGTH_MAX], _Wrong("unknown field")


def _message(reason: Exception) -> str:
    match reason:
        case DomainError():
            return reason.detail
        case KeyError():
            return "required"
        case _Wrong():
            return str(reason)
        case _:
            raise reason


@_converter.register_structure_hook
def _text(value: Any, _: type[str]) -> str:
    return _written(value, 1, TEXT_LENGTH_MAX)


def _reason(value: Any, _: Any) -> Reason:
    return Reason(_written(value, REASON_LENGTH_MIN, REASON_LENGTH_MAX))


def _written(value: Any, shortest: int, longest: int) -> str:
    if not isinstance(value, str):
        raise _Wrong("must be a string")
    if not value.strip() or not shortest <= len(value) <= longest:
        raise _Wrong(f"must have {shortest} to {longest} characters")
    if _CONTROL.search(value):
        raise _Wrong("control characters are not allowed")
    return value


@_converter.register_structure_hook
def _bool(value: Any, _: type[bool]) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


@_converter.register_structure_hook
def _date(value: Any, _: type[date]) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _Wrong("there is no such date") from None
    raise _Wrong("must be a date in the form YYYY-MM-DD")


def _decimal(value: Any, _: Any) -> DecimalText:
    if isinstance(value, int | float):
        raise NotAnAmount('must be a decimal string such as "12.50", not a JSON number')
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise NotAnAmount('must be a plain decimal string such as "12.50"')
    return DecimalText(value)


def _chain(value: Any, _: Any) -> Chain:
    return Chain.named(_text(value, str))


@_converter.register_structure_hook
def _integer(value: Any, _: type[int]) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("must be an integer")
    return value


def _choices(value: Any, shape: Any) -> tuple[Enum, ...]:
    """A list of members of an enumeration, each at most once."""
    members = get_args(shape)[0]
    if not isinstance(value, list) or not 0 < len(value) <= len(members):
        raise _Wrong(f"must be a list of 1 to {len(members)} values")
    chosen = tuple(_choice(each, members) for each in value)
    if len(set(chosen)) < len(chosen):
        raise _Wrong("each value may appear only once")
    return chosen


def _is_choices(shape: Any) -> bool:
    arguments = get_args(shape)
    return get_origin(shape) is tuple and issubclass(arguments[0], Enum)


def _choice(value: Any, shape: type[Enum]) -> Enum:
    for each in shape:
        if each.value == value:
            return each
    raise _Wrong("must be one of " + ", ".join(str(each.value) for each in shape))


_converter.register_structure_hook_func(
    lambda shape: isinstance(shape, type) and issubclass(shape, Enum), _choice
)
_converter.register_structure_hook_func(_is_choices, _choices)
_converter.register_structure_hook(Chain, _chain)
_converter.register_structure_hook(DecimalText, _decimal)
_converter.register_structure_hook(Reason, _reason)
