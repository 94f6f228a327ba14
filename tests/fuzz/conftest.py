"""How many cases: a few hundred with the other tests, thousands with FUZZ_EXAMPLES (`make fuzz`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.fuzz.house import House, open_house


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened
        sys.stderr.write(f"\n{opened.sent} cases: {dict(sorted(opened.answered.items()))}\n")
