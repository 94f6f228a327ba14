"""
What a mutant may change in one node of the syntax tree: mutmut's operators, and five that it lacks.

Only the operators are mutmut's. Its runner changes the bodies of functions without decorators, so it never
reaches a table, constant, enum or property, and many rules of the domain are in those. Cosmic Ray does, but
it edits the work tree and starts pytest anew for each mutant: seconds where a fork takes a fraction of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise

import libcst as cst
from mutmut.mutation import mutators

Operator = Callable[[cst.CSTNode], Iterable[cst.CSTNode]]


def replacements(node: cst.CSTNode, *, is_in_function: bool) -> Iterator[cst.CSTNode]:
    """Every node that may stand in for ``node``."""
    for kind, operator in mutators.mutation_operators:
        if isinstance(node, kind) and (is_in_function or operator not in _IN_FUNCTIONS_ONLY):
            # Of a string the first change is enough; the others are its cases.
            yield from islice(operator(node), 1 if operator is mutators.operator_string else None)
    for ours in _OURS:
        yield from ours(node)


_IN_FUNCTIONS_ONLY: list[object] = [mutators.operator_assignment]
"""A constant, default or type alias that is None says nothing about the rules."""


def _negated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """``if x`` becomes ``if not x``."""
    if isinstance(node, cst.If) and not isinstance(node.test, cst.Comparison):
        whole = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(operator=cst.Not(), expression=whole))


def _unguarded(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """``case X() if x`` becomes ``case X()``."""
    if isinstance(node, cst.MatchCase) and node.guard:
        yield node.with_changes(
            guard=None,
            whitespace_before_if=cst.SimpleWhitespace(""),
            whitespace_after_if=cst.SimpleWhitespace(""),
        )


def _decremented(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A number is one less; mutmut makes it one more."""
    if isinstance(node, cst.Integer) and node.evaluated_value > 0:
        yield node.with_changes(value=str(node.evaluated_value - 1))


def _shortened(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A display without one of its elements."""
    if isinstance(node, cst.Dict | cst.Set | cst.List | cst.Tuple) and len(node.elements) > 1:
        for index in range(len(node.elements)):
            left = [*node.elements[:index], *node.elements[index + 1 :]]
            if len(left) == 1:
                left = [left[0].with_changes(comma=cst.Comma())]
            yield node.with_changes(elements=left)


def _reordered(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A display with two neighbours exchanged."""
    if isinstance(node, cst.List | cst.Tuple):
        for index, (one, other) in enumerate(pairwise(node.elements)):
            swapped = [one.with_changes(value=other.value), other.with_changes(value=one.value)]
            elements = [*node.elements[:index], *swapped, *node.elements[index + 2 :]]
            yield node.with_changes(elements=elements)


_OURS: list[Operator] = [_negated, _unguarded, _decremented, _shortened, _reordered]
