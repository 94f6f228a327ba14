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
import os
import pickle
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from functools import partial
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NoReturn

import attrs
import hypothesis
import pytest
from coverage import Coverage

from scripts.mutants.mutant import Mutant

TESTS = ("tests/unit/domain", "tests/unit/adapters/documents", "tests/service")
OURS = ("domain", "ports", "adapters", "entrypoints", "sandbox", "tests")
PYTEST_ARGUMENTS = (
    "-x",
    "--noconftest",  # ours starts a process that keeps servers
    *("-p", "no:cacheprovider"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
CPU_MAX_S = 60
"""The tests of one mutant; all of them together take a quarter of it."""
WAIT_MAX_S = 600
"""A mutant that waits for ever uses no processor."""
SURVIVED = 0


class Verdict(Enum):
    KILLED = "killed"
    SURVIVED = "survived"


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
        return [test for test in self.tests if test in file] or list(self.tests)


def measured(tests: Sequence[str] = TESTS) -> Reach:
    """Run the tests once and see which lines each reaches. Raises ``TestsFail``."""
    for answer in _answers(partial(_measure, tests)):
        reach: Reach = answer
        _import_all(reach.modules)
        return reach
    raise TestsFail("the tests fail before any mutant is made")


def verdicts(mutants: Sequence[Mutant], reach: Reach) -> Iterator[tuple[Mutant, Verdict]]:
    """Each mutant with its verdict, as they come."""
    bodies = [(mutant, reach.of(mutant)) for mutant in mutants if mutant.is_in_function]
    for index, verdict in _answers(partial(_exchange_each, bodies, reach.paths)):
        yield bodies[index][0], verdict
    for mutant in mutants:
        if not mutant.is_in_function:
            is_killed = _ends_badly(partial(_run_importing, mutant, reach.of(mutant)))
            yield mutant, Verdict.KILLED if is_killed else Verdict.SURVIVED


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


def _run_importing(mutant: Mutant, tests: Sequence[str]) -> int:
    """The exit code of pytest where the mutant is imported in place of the file."""
    sys.meta_path.insert(0, _MutantFinder(mutant))
    return pytest.main([*PYTEST_ARGUMENTS, *tests])


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
            self.answer((index, Verdict.KILLED if _ends_badly(run) else Verdict.SURVIVED))
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


def _answers(body: Callable[[Callable[[object], None]], None]) -> Iterator[Any]:
    """What ``body`` answers in a fork, one by one."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "wb", buffering=0) as pipe:
            _quietly(lambda: body(lambda each: pickle.dump(each, pipe)))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        try:
            while True:
                yield pickle.load(pipe)  # noqa: S301 - written by our own fork
        except EOFError:
            os.waitpid(child, 0)


def _ends_badly(run: Callable[[], int]) -> bool:
    """Whether ``run`` fails in a fork, or uses more than a mutant may."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
        signal.alarm(WAIT_MAX_S)
        _quietly(run)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != SURVIVED


def _quietly(run: Callable[[], int | None]) -> NoReturn:
    """Run, with nothing printed, and end this process."""
    code = 1
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        hypothesis.settings.register_profile("mutants", _SETTINGS)
        hypothesis.settings.load_profile("mutants")
        code = run() or 0
    finally:
        os._exit(code)


_SETTINGS = hypothesis.settings(
    database=None,
    derandomize=True,
    deadline=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    report_multiple_bugs=False,
)
"""The same examples for each mutant, and a failure is enough: nobody reads the smallest."""


def _import_all(modules: Sequence[str]) -> None:
    """What each fork would import once more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in modules:
            with suppress(Exception):
                importlib.import_module(name)
