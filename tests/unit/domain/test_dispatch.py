from __future__ import annotations

from typing import get_args

from domain.processes import dispatch
from domain.processes.decision import Record


def test_every_kind_of_process_decides() -> None:
    assert set(dispatch._DECIDE) == set(get_args(Record))
