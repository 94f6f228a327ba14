"""
Records, facts and instructions as JSON documents, and back.

One converter for everything that is stored: money as ``"250.00 USD/2"``, times as ISO 8601, an instruction
or record under its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs
from cattrs.preconf.orjson import make_converter

from domain.money import Asset, Money
from domain.processes.decision import Record
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction
from domain.processes.kinds import INSTRUCTIONS, RECORDS, Stored
from domain.quantity import Price

_RECORDS: Mapping[str, type[Any]] = {kind: of for of, kind in RECORDS.items()}
_INSTRUCTIONS: Mapping[str, type[Any]] = {kind: of for of, kind in INSTRUCTIONS.items()}

_converter = make_converter()
_converter.register_unstructure_hook(Money, lambda money: f"{money.decimal} {money.asset}")
_converter.register_unstructure_hook(Asset, str)
_converter.register_unstructure_hook(Price, lambda price: str(price.value))
_converter.register_unstructure_hook(datetime, lambda at: at.isoformat())


@_converter.register_structure_hook
def _money(value: Any, _: Any) -> Money:
    decimal, _, asset = str(value).partition(" ")
    return Money.of(decimal, Asset.parse(asset))


@_converter.register_structure_hook
def _asset(value: Any, _: Any) -> Asset:
    return Asset.parse(str(value))


@_converter.register_structure_hook
def _price(value: Any, _: Any) -> Price:
    return Price(Fraction(str(value)))


@_converter.register_structure_hook
def _datetime(value: Any, _: Any) -> datetime:
    return datetime.fromisoformat(str(value))


def to_document(value: Stored) -> dict[str, Any]:
    """A JSON-able mapping."""
    document: dict[str, Any] = _converter.unstructure(value)
    return document


def history_of(fact: Fact) -> dict[str, Any]:
    """A fact as it is kept for ever: without what it hides from ``repr``."""
    hidden = {field.name for field in attrs.fields(type(fact)) if not field.repr}
    return {name: value for name, value in to_document(fact).items() if name not in hidden}


def to_record(kind: str, document: Any) -> Record:
    record: Record = _converter.structure(document, _RECORDS[kind])
    return record


def to_instruction(kind: str, document: Any) -> Instruction:
    instruction: Instruction = _converter.structure(document, _INSTRUCTIONS[kind])
    return instruction
