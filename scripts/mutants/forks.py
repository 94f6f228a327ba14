"""Work in forks of this process, which print nothing and may be ended."""

from __future__ import annotations

import os
import pickle
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis

CPU_MAX_S = 60
"""The tests of one mutant; all of them together take a quarter of it."""
WAIT_MAX_S = 600
"""A mutant that waits for ever uses no processor."""
SURVIVED = 0


def answers(body: Callable[[Callable[[object], None]], None]) -> Iterator[Any]:
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


def ends_badly(run: Callable[[], int]) -> bool:
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
"""The same examples for each mutant; a failure is enough, so it is not shrunk."""
