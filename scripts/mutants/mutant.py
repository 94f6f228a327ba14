"""The mutants of a file: for each the changed source and the lines that differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import attrs
import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider

from scripts.mutants.operators import replacements


@attrs.frozen(kw_only=True)
class Mutant:
    """
    ``was`` and ``becomes`` are the lines that differ, without indentation, joined by newlines.

    ``statement`` are the numbers of the lines of the changed statement, some of which run.
    """

    path: str
    line: int
    statement: range
    is_in_function: bool
    was: str
    becomes: str
    source: str = attrs.field(repr=False)

    def __str__(self) -> str:
        changed = [*_marked("-", self.was), *_marked("+", self.becomes)]
        return "\n    ".join([f"{self.path}:{self.line}", *changed])


@attrs.frozen(kw_only=True)
class Change:
    """One node of a file and what may stand in for it; ``line`` is where the node starts."""

    path: str
    line: int
    statement: range
    is_in_function: bool
    module: cst.Module
    node: cst.CSTNode
    replacement: cst.CSTNode

    def mutant(self) -> Mutant | None:
        """None where the change says the same or is no Python."""
        source = self.module.code
        mutated = self.module.deep_replace(self.node, self.replacement)
        if not isinstance(mutated, cst.Module) or mutated.code == source:
            return None
        if not _compiles(mutated.code):
            return None
        was, becomes = _difference(source.splitlines(), mutated.code.splitlines())
        return Mutant(
            path=self.path,
            line=self.line,
            statement=self.statement,
            is_in_function=self.is_in_function,
            was=was,
            becomes=becomes,
            source=mutated.code,
        )


def changes_of(path: str, source: str) -> list[Change]:
    """Every change of a file, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    finder = _Finder(path=path, module=wrapper.module)
    wrapper.visit(finder)
    return finder.found


def files_in(paths: Sequence[str]) -> list[str]:
    """The Python files that ``paths`` name or contain, in order."""
    found = [Path(path) for path in paths]
    return sorted({str(f) for p in found for f in (p.rglob("*.py") if p.is_dir() else [p])})


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, *, path: str, module: cst.Module) -> None:
        super().__init__()
        self.found: list[Change] = []
        self._path = path
        self._module = module
        self._bodies: list[cst.BaseSuite] = []
        self._depth = 0
        self._statement: range | None = None

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _says_nothing(node):
            return False
        if isinstance(node, cst.FunctionDef):
            self._bodies.append(node.body)
        if isinstance(node, cst.SimpleStatementLine):
            self._statement = self._lines(node)
        self._depth += node in self._bodies
        self._note(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._depth -= original_node in self._bodies
        if isinstance(original_node, cst.SimpleStatementLine):
            self._statement = None

    def _lines(self, node: cst.CSTNode) -> range:
        place = self.get_metadata(PositionProvider, node)
        return range(place.start.line, place.end.line + 1)

    def _note(self, node: cst.CSTNode) -> None:
        is_in_function = self._depth > 0
        lines = self._lines(node)
        for replacement in replacements(node, is_in_function=is_in_function):
            change = Change(
                path=self._path,
                line=lines.start,
                statement=self._statement or lines,
                is_in_function=is_in_function,
                module=self._module,
                node=node,
                replacement=replacement,
            )
            self.found.append(change)


def _says_nothing(node: cst.CSTNode) -> bool:
    """Annotations, imports, docstrings, decorators and aliases of types: mypy and ruff judge those."""
    if isinstance(node, cst.Assign):
        is_type = isinstance(node.value, cst.Subscript) or m.matches(node.value, _TYPE_VAR)
        return is_type and m.matches(node.targets[0].target, _ALIAS)
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.SimpleString)
    if isinstance(node, cst.Raise):  # says that it cannot be reached
        return m.matches(node, m.Raise(exc=m.Call(func=m.Name("AssertionError"))))
    return isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.Decorator)


_TYPE_VAR = m.Call(func=m.Name("TypeVar"))
_ALIAS = m.Name(m.MatchRegex(r"[A-Z][a-z]\w*"))


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _difference(lines: Sequence[str], mutated: Sequence[str]) -> tuple[str, str]:
    before = _same(lines, mutated)
    lines, mutated = lines[before:], mutated[before:]
    after = _same(lines[::-1], mutated[::-1])
    return _text(lines[: len(lines) - after]), _text(mutated[: len(mutated) - after])


def _same(lines: Sequence[str], others: Sequence[str]) -> int:
    """How many lines at the start are the same."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(lines, others, strict=False))
    )


def _text(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _marked(sign: str, lines: str) -> list[str]:
    return [f"{sign} {line}" for line in lines.splitlines()]
