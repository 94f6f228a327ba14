"""
``make mutants``: whether the tests notice changes of the code, in a sample by seed.

``python -m scripts.mutants [--seed N] [--sample N] [path ...] [--tests path ...]``; a sample of 0 is every
mutant of the paths.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.mutants.equivalents import Equivalent, is_equivalent, known
from scripts.mutants.mutant import Mutant, changes_of, files_in
from scripts.mutants.reach import TESTS, TestsFail, measured
from scripts.mutants.run import Verdict, verdicts

PATHS = ["domain/processes", "domain/ledger"]
SAMPLE = 200
KILLED_MIN_PERCENT = 95.0


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 where too few of the mutants that are not equivalent are killed."""
    options = _options(arguments)
    try:
        reach = measured(options.tests)
    except TestsFail as error:
        print(error, file=sys.stderr)
        return 1
    mutants = sample(options.paths or PATHS, seed=options.seed, size=options.sample)
    print(f"{len(mutants)} mutants, seed {options.seed}", flush=True)
    equivalents, survivors = known(), []
    for mutant, verdict in verdicts(mutants, reach):
        if verdict is Verdict.SURVIVED:
            survivors.append(mutant)
            said = "equivalent" if is_equivalent(mutant, equivalents) else "survived"
            print(f"{said}  {mutant}", flush=True)
    return report(len(mutants), survivors, equivalents)


def sample(paths: Sequence[str], *, seed: int, size: int) -> list[Mutant]:
    """Mutants drawn by ``seed`` from all that the files have; all of them where ``size`` is 0."""
    changes = [
        each for path in files_in(paths) for each in changes_of(path, Path(path).read_text())
    ]
    random.Random(seed).shuffle(changes)  # noqa: S311 - to be repeated, not to be secret
    drawn: list[Mutant] = []
    for change in changes:
        if size and len(drawn) == size:
            break
        mutant = change.mutant()
        if mutant is not None:
            drawn.append(mutant)
    return sorted(drawn, key=lambda each: (each.path, each.line))


def report(count: int, survivors: Sequence[Mutant], equivalents: Sequence[Equivalent]) -> int:
    """Print the figures; the exit code."""
    equivalent = sum(is_equivalent(each, equivalents) for each in survivors)
    killed, could_be = count - len(survivors), count - equivalent
    percent = 100.0 * killed / could_be if could_be else 100.0
    print(
        f"{killed} killed, {len(survivors) - equivalent} survived, {equivalent} equivalent: "
        f"{percent:.1f} % killed, at least {KILLED_MIN_PERCENT:.0f} % are needed"
    )
    return 0 if percent >= KILLED_MIN_PERCENT else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("paths", nargs="*")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
