"""``python -m scripts.mutants`` on a domain of one rule, of which the tests check half."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = """LIMIT = 3
FREE = {"a", "b"}


def is_over(count: int) -> bool:
    return count > LIMIT


def is_free(name: str) -> bool:
    return name in FREE
"""
TESTS = """from domain.rule import is_over


def test_three_is_not_over_the_limit_and_four_is():
    assert not is_over(3)
    assert is_over(4)
"""


def test_changes_of_bodies_and_tables_are_killed_or_shown(tmp_path: Path) -> None:
    rule, tests = tmp_path / "domain" / "rule.py", tmp_path / "tests" / "test_rule.py"
    for path, text in ((rule, RULE), (tests, TESTS)):
        path.parent.mkdir()
        path.write_text(text)
        (path.parent / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-m", "scripts.mutants", "domain", "--sample", "0", "--tests", "tests"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines[:1] == ["8 mutants, seed 1"], done.stderr
    assert lines[-1].startswith("3 killed, 5 survived, 0 equivalent: 37.5 % killed")
    assert "    - return name in FREE" in lines
    assert '    - FREE = {"a", "b"}' in lines
    assert not any("LIMIT" in line for line in lines)
    assert done.returncode == 1
    assert rule.read_text() == RULE
