"""How many cases: a few hundred with the other tests, thousands with FUZZ_EXAMPLES (`make fuzz`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.fuzz.live_api import LiveApi, open_live_api


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Iterator[LiveApi]:
    with open_live_api() as opened:
        yield opened
    if "FUZZ_EXAMPLES" in os.environ:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            by_status = dict(sorted(opened.answered.items()))
            sys.stdout.write(f"\n{opened.sent} cases, by status: {by_status}\n")
