"""How many cases: a few hundred with the other tests, thousands with FUZZ_EXAMPLES (`make fuzz`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.fuzz.live_api import House, open_house


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    with open_house() as opened:
        yield opened
    if "FUZZ_EXAMPLES" in os.environ:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            by_status = dict(sorted(opened.answered.items()))
            sys.stdout.write(f"\n{opened.sent} cases, by status: {by_status}\n")
