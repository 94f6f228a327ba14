"""Every stored class has a kind, every kind is of one class, and SQL names no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from domain.processes.decision import Process
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction, LookUp
from domain.processes.kinds import FACTS, INSTRUCTIONS, KINDS, RECORDS, kind_of
from ports.jobs import MESSAGE
from tests.support import builders as a

ROOT = Path(__file__).parents[3]
SQL = sorted((ROOT / "adapters" / "postgres" / "sql").glob("*.sql")) + sorted(
    (ROOT / "migrations").glob("*.sql")
)
LITERAL = re.compile(r"'((?:[A-Z][a-z]+)+)'")


def test_every_member_has_a_kind() -> None:
    assert set(RECORDS) == set(get_args(Process))
    assert set(FACTS) == set(get_args(Fact))
    assert set(INSTRUCTIONS) == set(get_args(Instruction))


def test_no_two_have_the_same() -> None:
    kinds = [*KINDS.values(), MESSAGE]
    assert len(set(kinds)) == len(kinds)


def test_a_value_has_the_kind_of_its_class() -> None:
    assert kind_of(a.deposit()) == kind_of(type(a.deposit())) == "Deposit"


def test_what_is_not_stored_has_none() -> None:
    with pytest.raises(KeyError):
        kind_of(str)


def test_sql_names_only_kinds_that_there_are() -> None:
    found = {literal for path in SQL for literal in LITERAL.findall(path.read_text())}
    assert kind_of(LookUp) in found
    assert found <= {*KINDS.values(), MESSAGE}
