from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from domain.accounts.staff import Staff
from domain.errors import DomainError
from domain.processes.decision import Decision, Process
from domain.processes.dispatch import decide
from domain.processes.facts.effects import Overdue, ProcessOpened, Unattended
from domain.processes.facts.fact import Fact
from domain.processes.facts.review import Ruled
from domain.processes.process_type import ProcessType
from domain.processes.registry import PROCESSES
from tests.support import builders as a
from tests.unit.adapters.documents.samples import samples

each_process = pytest.mark.parametrize(
    "process", PROCESSES, ids=lambda process: process.record.__name__
)

FACTS = {cls: samples(cls)[0] for cls in get_args(Fact)}
STAFF = Staff(id=a.process_id(1))
"""Its sample is no staff that there can be: its lines have a circle."""


def members(facts: UnionType | type[Any]) -> set[type[Any]]:
    return set(get_args(facts)) or {facts}


def in_each_stage(process: ProcessType[Process]) -> Iterator[Process]:
    record = STAFF if process.record is Staff else samples(process.record)[0]
    for stage in get_type_hints(process.record)["stage"]:
        yield attrs.evolve(record, stage=stage)


def test_every_kind_of_record_has_its_process() -> None:
    assert [process.record for process in PROCESSES] == list(get_args(Process))


@each_process
def test_a_process_ends_in_stages_of_its_own(process: ProcessType[Process]) -> None:
    assert process.ended < set(get_type_hints(process.record)["stage"])


@each_process
def test_a_process_declares_the_facts_that_it_decides_on(process: ProcessType[Process]) -> None:
    assert get_type_hints(process.decide)["fact"] == process.facts


def test_every_fact_is_of_some_process() -> None:
    taken = set[type[Any]]().union(*(members(process.facts) for process in PROCESSES))
    assert taken == set(get_args(Fact)) - {Ruled, ProcessOpened, Overdue, Unattended}


@each_process
def test_a_fact_that_is_not_of_the_process_changes_nothing(process: ProcessType[Process]) -> None:
    others = set(get_args(Fact)) - members(process.facts) - {Ruled, Overdue, Unattended}
    assert others
    for record in in_each_stage(process):
        for cls in others:
            assert decide(record, FACTS[cls]) == Decision[Any](record)


@each_process
def test_a_process_answers_each_of_its_facts_in_each_stage(process: ProcessType[Process]) -> None:
    for record in in_each_stage(process):
        for cls in members(process.facts):
            try:
                assert isinstance(decide(record, FACTS[cls]), Decision)
            except DomainError:
                continue
