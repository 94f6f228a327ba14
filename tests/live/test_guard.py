"""The guard itself, which needs nobody: no live test speaks to where real money is."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.alpaca.settings import AlpacaSettings
from adapters.due.settings import DueSettings
from tests.live.environment import NEEDED, SWITCH, NotASandbox, require_sandbox, settings_of

GIVEN = {name: "x" for names in NEEDED.values() for name in names}
FOLDER = Path(__file__).parent


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("alpaca", "https://broker-api.alpaca.markets"),
        ("alpaca", "https://data.alpaca.markets"),
        ("alpaca", "http://broker-api.sandbox.alpaca.markets"),
        ("due", "https://api.due.network"),
        ("due", "https://api.sandbox.due.network.example.org"),
        ("due", "https://api.sandbox.due.network@api.due.network"),
        ("circle", "https://api.circle.com.example.org"),
    ],
)
def test_a_host_that_is_no_sandbox_is_refused(provider: str, url: str) -> None:
    with pytest.raises(NotASandbox):
        require_sandbox(provider, url, key="TEST_API_KEY:a:b")


def test_a_live_key_of_circles_is_refused() -> None:
    with pytest.raises(NotASandbox, match="key"):
        require_sandbox("circle", "https://api.circle.com", key="LIVE_API_KEY:a:b")
    require_sandbox("circle", "https://api.circle.com", key="TEST_API_KEY:a:b")


def test_the_adapters_own_defaults_are_sandboxes() -> None:
    alpaca = AlpacaSettings(key="k", secret="s", firm_account_id="f")
    due = DueSettings(api_key="k")
    for provider, urls in (
        ("alpaca", (alpaca.base_url, alpaca.data_url, alpaca.auth_url)),
        ("due", (due.base_url, due.app_url)),
    ):
        require_sandbox(provider, *urls)
        assert all("sandbox" in url for url in urls), urls


@pytest.mark.parametrize("provider", NEEDED)
def test_without_the_switch_or_a_key_nothing_is_tried(provider: str) -> None:
    assert settings_of(provider, {**GIVEN, SWITCH: "1"})
    with pytest.raises(pytest.skip.Exception, match=SWITCH):
        settings_of(provider, GIVEN)
    for missing in NEEDED[provider]:
        with pytest.raises(pytest.skip.Exception, match=missing):
            settings_of(provider, {**GIVEN, SWITCH: "1", missing: ""})


def test_every_live_test_is_marked() -> None:
    unmarked = [
        path.name
        for path in FOLDER.glob("test_*.py")
        if path.name != "test_guard.py" and "pytestmark = pytest.mark.live" not in path.read_text()
    ]
    assert unmarked == []
