"""
Converts records, facts and instructions to JSON documents and back.

One converter for everything that is stored: money as ``"250.00 USD/2"``, times as ISO 8601, records and
instructions by their stored kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs
from cattrs import Converter, override
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.preconf.orjson import make_converter

from domain import money_text
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.money import Asset, Money
from domain.processes.decision import Process
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction
from domain.processes.kinds import INSTRUCTIONS, RECORDS, Stored
from domain.quantity import Price
from domain.trading.order import Order

_RECORDS: Mapping[str, type[Any]] = {kind: of for of, kind in RECORDS.items()}
_INSTRUCTIONS: Mapping[str, type[Any]] = {kind: of for of, kind in INSTRUCTIONS.items()}

StoredNames = Mapping[type[Any], Mapping[str, str]]
"""By class and attribute: the name of the field in the document, where it differs."""

STORED_NAMES: StoredNames = {
    Deposit: {"paused_stage": "paused_at"},
    Withdrawal: {"paused_stage": "paused_at"},
    Order: {"paused_stage": "paused_at"},
}


def converter_of(names: StoredNames) -> Converter:
    """A converter with fields renamed by ``names``; a subclass does not inherit its parent's names."""
    converter = make_converter()
    converter.register_unstructure_hook(Money, money_text.exact)
    converter.register_unstructure_hook(Asset, str)
    converter.register_unstructure_hook(Price, lambda price: str(price.value))
    converter.register_unstructure_hook(Fraction, str)
    converter.register_unstructure_hook(datetime, lambda at: at.isoformat())
    converter.register_structure_hook(_money)
    converter.register_structure_hook(_asset)
    converter.register_structure_hook(_price)
    converter.register_structure_hook(_fraction)
    converter.register_structure_hook(_datetime)

    def has_names(cls: Any) -> bool:
        return isinstance(cls, type) and cls in names

    def overrides(cls: type[Any]) -> dict[str, Any]:
        return {attribute: override(rename=stored) for attribute, stored in names[cls].items()}

    @converter.register_unstructure_hook_factory(has_names)
    def _writer(cls: type[Any]) -> Callable[[Any], dict[str, Any]]:
        return make_dict_unstructure_fn(cls, converter, **overrides(cls))

    @converter.register_structure_hook_factory(has_names)
    def _reader(cls: type[Any]) -> Callable[[Any, Any], Any]:
        return make_dict_structure_fn(cls, converter, **overrides(cls))

    return converter


def _money(value: Any, _: Any) -> Money:
    return money_text.parse_exact(str(value))


def _asset(value: Any, _: Any) -> Asset:
    return Asset.parse(str(value))


def _price(value: Any, _: Any) -> Price:
    return Price(Fraction(str(value)))


def _fraction(value: Any, _: Any) -> Fraction:
    return Fraction(str(value))


def _datetime(value: Any, _: Any) -> datetime:
    return datetime.fromisoformat(str(value))


_converter = converter_of(STORED_NAMES)


def to_document(value: Stored) -> dict[str, Any]:
    """A JSON-able mapping."""
    document: dict[str, Any] = _converter.unstructure(value)
    return document


def history_of(fact: Fact) -> dict[str, Any]:
    """A fact as kept in the history, permanently: without the fields hidden from its ``repr``."""
    stored = STORED_NAMES.get(type(fact), {})
    fields = attrs.fields(type(fact))
    hidden = {stored.get(field.name, field.name) for field in fields if not field.repr}
    return {name: value for name, value in to_document(fact).items() if name not in hidden}


def to_process(kind: str, document: Any) -> Process:
    record: Process = _converter.structure(document, _RECORDS[kind])
    return record


def to_instruction(kind: str, document: Any) -> Instruction:
    instruction: Instruction = _converter.structure(document, _INSTRUCTIONS[kind])
    return instruction
