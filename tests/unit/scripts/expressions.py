"""Reads PromQL: which series an expression asks for, and with which labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import promql_parser


@attrs.frozen(kw_only=True)
class Asked:
    """One series that an expression selects: its name, and what it says of labels, as (name, value)."""

    name: str
    labels: frozenset[tuple[str, str]]


def asked(expression: str) -> frozenset[Asked]:
    """Raises ``ValueError`` if it is no PromQL."""
    text = expression.replace("$__rate_interval", "1m")
    return frozenset(_selectors(promql_parser.parse(text)))


def _selectors(node: Any) -> Iterator[Asked]:
    match node:
        case promql_parser.VectorSelector():
            labels = {(each.name, each.value) for each in node.matchers.matchers}
            yield Asked(name=str(node.name), labels=frozenset(labels))
        case promql_parser.MatrixSelector():
            yield from _selectors(node.vector_selector)
        case promql_parser.BinaryExpr():
            yield from _selectors(node.lhs)
            yield from _selectors(node.rhs)
        case promql_parser.Call():
            for argument in node.args:
                yield from _selectors(argument)
        case promql_parser.AggregateExpr() | promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            yield from _selectors(node.expr)
        case _:
            return
