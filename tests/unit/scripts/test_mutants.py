"""``make mutants``: what is changed, what counts, and that a change is run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from scripts.mutants.__main__ import report, sample
from scripts.mutants.equivalents import Equivalent, known
from scripts.mutants.mutant import Mutant, changes_of
from scripts.mutants.run import exchange_code

SOURCE = '''"""A module."""

from __future__ import annotations

ORDER = ["first", "second"]
Alias = dict[str, int]


def is_more(one: int, other: int = 2) -> bool:
    """Whether it is."""
    if one:
        return one > other
    if other < 0:
        raise AssertionError("never")
    return False
'''


def mutants() -> list[Mutant]:
    return [made for change in changes_of("m.py", SOURCE) if (made := change.mutant())]


def test_tables_are_changed_as_well_as_bodies() -> None:
    made = {(m.becomes, m.is_in_function) for m in mutants()}
    assert ('ORDER = ["second", "first"]', False) in made
    assert ('ORDER = ["second",]', False) in made
    assert ("def is_more(one: int, other: int = 1) -> bool:", False) in made
    assert ("return one >= other", True) in made
    assert ("if not (one):", True) in made
    assert ("return True", True) in made


def test_what_others_check_is_left_alone() -> None:
    untouched = ('"""A module."""', '"""Whether it is."""', "Alias = dict[str, int]", '("never")')
    assert all(line in m.source for m in mutants() for line in untouched)


def test_a_mutant_names_its_line_and_shows_what_differs() -> None:
    [shown] = [str(m) for m in mutants() if m.becomes == "return one >= other"]
    assert shown.splitlines() == [
        "m.py:12",
        "    - return one > other",
        "    + return one >= other",
    ]


def test_a_seed_draws_the_same_sample_again(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(SOURCE)
    drawn = sample([str(tmp_path)], seed=7, size=4)
    assert len(drawn) == 4
    assert sample([str(tmp_path)], seed=7, size=4) == drawn
    assert sample([str(tmp_path)], seed=8, size=4) != drawn
    assert len(sample([str(tmp_path)], seed=7, size=0)) == len(mutants())


def test_the_code_of_a_mutant_is_what_runs(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("m", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    held = module.is_more
    assert not held(2)
    [mutant] = [
        made
        for change in changes_of(str(path), SOURCE)
        if (made := change.mutant()) and made.becomes == "return one >= other"
    ]
    exchange_code(mutant)
    assert held(2)


def test_too_many_survivors_fail_the_run_and_equivalent_ones_do_not_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    survivor = mutants()[0]
    excused = Equivalent(
        path=survivor.path, was=survivor.was, becomes=survivor.becomes, reason="the same"
    )
    assert report(19, [survivor], []) == 1
    assert report(20, [survivor], []) == 0
    assert report(10, [survivor], [excused]) == 0
    assert "9 killed, 0 survived, 1 equivalent: 100.0 % killed" in capsys.readouterr().out


@pytest.mark.parametrize("listed", known(), ids=lambda each: f"{each.path} {each.becomes}")
def test_each_mutant_listed_as_equivalent_can_be_made(listed: Equivalent) -> None:
    source = Path(listed.path).read_text()
    lines = ["", *(line.strip() for line in source.splitlines())]
    first = lines.index(listed.was.strip().splitlines()[0])
    likely = (change for change in changes_of(listed.path, source) if first in change.statement)
    assert any(listed.names(mutant) for change in likely if (mutant := change.mutant()))
    assert listed.reason
