"""
Whether the tests notice a mutant.

A pytest that has collected forks for each mutant of a function's body: the fork exchanges the code of the
function and runs the tests that reach the line. Everything else in a file happens at import, so a fork that
has imported nothing of ours imports the mutant. Nothing is written to the work tree.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import partial
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import attrs
import pytest

from scripts.mutants.forks import answers, ends_badly
from scripts.mutants.mutant import Mutant
from scripts.mutants.reach import PYTEST_ARGUMENTS, Reach


class Verdict(Enum):
    KILLED = "killed"
    SURVIVED = "survived"


def verdicts(mutants: Sequence[Mutant], reach: Reach) -> Iterator[tuple[Mutant, Verdict]]:
    """Each mutant with its verdict, as they come."""
    bodies = [(mutant, reach.of(mutant)) for mutant in mutants if mutant.is_in_function]
    for index, verdict in answers(partial(_exchange_each, bodies, reach.paths)):
        yield bodies[index][0], verdict
    for mutant in mutants:
        if not mutant.is_in_function:
            is_killed = ends_badly(partial(_run_importing, mutant, reach.of(mutant)))
            yield mutant, Verdict.KILLED if is_killed else Verdict.SURVIVED


def _run_importing(mutant: Mutant, tests: Sequence[str]) -> int:
    """The exit code of pytest where the mutant is imported in place of the file."""
    sys.meta_path.insert(0, _MutantFinder(mutant))
    # Whole files: the ids of parametrized tests may depend on what the mutant changes.
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    return pytest.main([*PYTEST_ARGUMENTS, *files])


@attrs.frozen
class _MutantFinder(importlib.abc.MetaPathFinder):
    mutant: Mutant

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - importlib's signature
        target: ModuleType | None = None,  # noqa: ARG002 - importlib's signature
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.mutant.path.removesuffix(".py").replace("/", "."):
            return None
        file = str(Path(self.mutant.path).absolute())
        loader = _MutantLoader(fullname, file, self.mutant.source)
        return importlib.util.spec_from_file_location(fullname, file, loader=loader)


class _MutantLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - importlib's signature
        code: CodeType = compile(self._source, self.path, "exec", dont_inherit=True)
        return code


def _exchange_each(
    mutants: Sequence[tuple[Mutant, Sequence[str]]],
    paths: Sequence[str],
    answer: Callable[[object], None],
) -> None:
    """Answer with the place of each mutant in ``mutants``, and its verdict."""
    pytest.main([*PYTEST_ARGUMENTS, *paths], plugins=[_Exchange(mutants, answer)])


@attrs.frozen
class _Exchange:
    """A plugin that runs the tests of each mutant, in a fork, in place of the collected tests."""

    mutants: Sequence[tuple[Mutant, Sequence[str]]]
    answer: Callable[[object], None]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        gc.freeze()
        for index, (mutant, tests) in enumerate(self.mutants):
            run = partial(_run_exchanged, mutant, [items[test] for test in tests])
            self.answer((index, Verdict.KILLED if ends_badly(run) else Verdict.SURVIVED))
        return True


def _run_exchanged(mutant: Mutant, items: Sequence[pytest.Item]) -> int:
    exchange_code(mutant)
    for item, following in zip_longest(items, items[1:]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return 1
    return 0


def exchange_code(mutant: Mutant) -> None:
    """Give every function of the file that was imported the code that it has in the mutant."""
    file = str(Path(mutant.path).absolute())
    code = compile(mutant.source, file, "exec", dont_inherit=True)
    mutated = {each.co_qualname: each for each in _codes_in(code)}
    gc.unfreeze()
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == file:
            new = mutated.get(each.__code__.co_qualname)
            if new is not None and new.co_freevars == each.__code__.co_freevars:
                each.__code__ = new


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes_in(each)
