"""The page of resilience has the policies' own numbers."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.resilience.policy import NAMED, BreakerPolicy, CallPolicy

PAGE = (Path(__file__).parents[2] / "docs" / "architecture" / "resilience.md").read_text()
_ROW = re.compile(r"^\| ([\w ]+) \| (\d+) \| (\d+) s \|", re.MULTILINE)


def test_every_policy_is_on_the_page_with_its_numbers() -> None:
    found = {name: (int(tries), float(wait_s)) for name, tries, wait_s in _ROW.findall(PAGE)}
    assert found == {name: (each.attempts_max, each.first_s) for name, each in NAMED.items()}


def test_what_a_call_may_take_is_what_the_page_says() -> None:
    call, breaker = CallPolicy(), BreakerPolicy()
    assert (call.deadline_s, call.attempt_timeout_s, call.retry_after_max_s) == (30, 10, 15)
    assert (breaker.open_s, breaker.calls_min, breaker.error_rate_max) == (30, 10, 0.5)
