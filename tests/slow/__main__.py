"""
The tests on a slow machine: ``python -m tests.slow [TIMES]``.

They must pass so many times beside processes that keep every core busy, and once on one core.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from entrypoints.local.processes import Child, Command

TIMES = 3
TIMES_MAX = 20
PYTEST = ("-m", "pytest", "--maxprocesses", "8", "--dist", "loadfile", "--no-loadscope-reorder")


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """One process a core that never rests."""
    command = Command(
        name="busy",
        argv=(sys.executable, "-c", "while True: pass"),
        log=None,
        environment=os.environ,
    )
    with contextlib.ExitStack() as running:
        for _ in os.sched_getaffinity(0):
            running.enter_context(Child(command))
        yield


def passes(title: str) -> bool:
    """Run all tests."""
    sys.stdout.write(f"{title}\n")
    sys.stdout.flush()
    return subprocess.run((sys.executable, *PYTEST, "-n", "logical"), check=False).returncode == 0


def main(arguments: list[str]) -> int:
    times = min(int(arguments[0]), TIMES_MAX) if arguments else TIMES
    with busy_cores():
        for number in range(1, times + 1):
            if not passes(f"beside busy processes, {number} of {times}"):
                return 1
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    return 0 if passes("on one core") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
