from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("domain", "ports", "adapters", "entrypoints", "sandbox")


def test_nothing_of_ours_waits_in_a_way_that_can_swallow_a_cancellation() -> None:
    """``asyncio.wait_for`` can before Python 3.12, and a loop that uses it may never end."""
    guilty = [
        str(path.relative_to(ROOT))
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        if "asyncio.wait_for(" in path.read_text()
    ]
    assert guilty == []
