"""Which tests run which lines: one run of them all, with coverage."""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import attrs
import pytest
from coverage import Coverage

from scripts.mutants.forks import answers
from scripts.mutants.mutant import Mutant

TESTS = ("tests/unit/domain", "tests/unit/adapters/documents", "tests/service")
OURS = ("domain", "ports", "adapters", "entrypoints", "sandbox", "tests")
PYTEST_ARGUMENTS = (
    "-x",
    "--noconftest",  # ours starts a process that keeps servers
    *("-p", "no:cacheprovider"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class TestsFail(Exception):
    """The tests fail without any mutant, so they show nothing of mutants."""


@attrs.frozen(kw_only=True)
class Reach:
    """
    Which tests run which lines of our files.

    ``paths`` are where the tests are, ``tests`` their node ids, the quick ones first. ``modules`` are what
    they import that is not ours.
    """

    paths: tuple[str, ...]
    tests: tuple[str, ...]
    by_line: Mapping[tuple[str, int], frozenset[str]]
    modules: tuple[str, ...]

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that may notice the mutant."""
        if mutant.is_in_function:
            lines = [(mutant.path, line) for line in mutant.statement]
            reached = {test for line in lines for test in self.by_line.get(line, ())}
            return [test for test in self.tests if test in reached]
        file = {
            test for (path, _), ts in self.by_line.items() if path == mutant.path for test in ts
        }
        # A table may be read by other files alone, so no test is left out.
        return [*(t for t in self.tests if t in file), *(t for t in self.tests if t not in file)]


def measured(tests: Sequence[str] = TESTS) -> Reach:
    """Run the tests once and see which lines each reaches. Raises ``TestsFail``."""
    for answer in answers(partial(_measure, tests)):
        reach: Reach = answer
        _import_all(reach.modules)
        return reach
    raise TestsFail("the tests fail before any mutant is made")


def _measure(paths: Sequence[str], answer: Callable[[object], None]) -> None:
    coverage = Coverage(data_file=None, source=["domain"], branch=False)
    before = set(sys.modules)
    tests = _Tests(coverage)
    with _covering(coverage):
        code = pytest.main([*PYTEST_ARGUMENTS, *paths], plugins=[tests])
    if code:
        return
    data = coverage.get_data()
    by_line = {
        (str(Path(file).relative_to(Path.cwd())), line): frozenset(filter(None, contexts))
        for file in data.measured_files()
        for line, contexts in data.contexts_by_lineno(file).items()
    }
    others = [name for name in sys.modules if name.partition(".")[0] not in OURS]
    answer(
        Reach(
            paths=tuple(paths),
            tests=tuple(sorted(tests.durations, key=lambda test: tests.durations[test])),
            by_line=by_line,
            modules=tuple(name for name in others if name not in before),
        )
    )


@attrs.define
class _Tests:
    """A plugin that tells coverage which test runs, and how long each takes."""

    coverage: Coverage
    durations: dict[str, float] = attrs.field(factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.coverage.switch_context(item.nodeid)
        started = time.process_time()
        try:
            return (yield)
        finally:
            self.durations[item.nodeid] = time.process_time() - started


@contextmanager
def _covering(coverage: Coverage) -> Iterator[None]:
    coverage.start()
    try:
        yield
    finally:
        coverage.stop()


def _import_all(modules: Sequence[str]) -> None:
    """What each fork would import once more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in modules:
            with suppress(Exception):
                importlib.import_module(name)
