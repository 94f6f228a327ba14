"""The mutants that a person found to be equivalent: no test could tell them from the code."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import attrs

from scripts.mutants.mutant import Mutant

LIST = Path(__file__).with_name("equivalents.toml")


@attrs.frozen(kw_only=True)
class Equivalent:
    """Named by its lines, so that it is found again where the file grows above it."""

    path: str
    was: str
    becomes: str
    reason: str

    def names(self, mutant: Mutant) -> bool:
        named = (self.path, self.was.strip(), self.becomes.strip())
        return named == (mutant.path, mutant.was, mutant.becomes)


def is_equivalent(mutant: Mutant, equivalents: Sequence[Equivalent]) -> bool:
    return any(each.names(mutant) for each in equivalents)


def known(path: Path = LIST) -> Sequence[Equivalent]:
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Equivalent(**each) for each in listed["equivalent"]]
