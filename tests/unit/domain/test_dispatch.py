from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from domain.processes.decision import Process
from domain.processes.process_type import ProcessType
from domain.processes.registry import PROCESSES


def test_every_kind_of_record_has_its_process() -> None:
    assert [process.record for process in PROCESSES] == list(get_args(Process))


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.record.__name__)
def test_a_process_ends_in_stages_of_its_own(process: ProcessType[Process]) -> None:
    assert process.ended < set(get_type_hints(process.record)["stage"])
