"""The page of limits has the quota of every route and the limits of the settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from entrypoints.http.rate_limits import Quota
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api" / "limits.md").read_text()
LIMITS = tomllib.loads((ROOT / "configs" / "default.toml").read_text())["limits"]

_ROUTE_ROW = re.compile(r"^\| `[A-Z]+ /.*\|$", re.MULTILINE)
_QUOTA_ROW = re.compile(
    r"^\| (\w+) \| (\d+) in (\d+) s \|.*\| (passes|is refused) \|$", re.MULTILINE
)


def _row(route: Route) -> str:
    by = "caller" if route.access.needs_caller else "address"
    counted = route.quota is not Quota.UNCOUNTED
    return f"| `{route.method} {route.path}` | {route.quota.value} | {by if counted else '-'} |"


def test_every_route_is_on_the_page_with_its_quota() -> None:
    assert _ROUTE_ROW.findall(PAGE) == [_row(route) for route in ROUTES]


def test_the_page_has_the_numbers_of_the_settings_and_what_happens_without_valkey() -> None:
    found = {
        name: ({"calls": int(calls), "window_s": int(window_s)}, fate == "passes")
        for name, calls, window_s, fate in _QUOTA_ROW.findall(PAGE)
    }
    counted = [quota for quota in Quota if quota is not Quota.UNCOUNTED]
    assert found == {q.value: (LIMITS[q.value], q.passes_uncounted) for q in counted}
