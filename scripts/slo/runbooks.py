"""Reads the runbooks: their first three commands, and the alerts that they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

COMMANDS = 3
_BLOCK = re.compile(r"^## The first three commands\n\n```sh\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_ALERTS = re.compile(r"^Alerts: (.*)\.$", re.MULTILINE)
_NAME = re.compile(r"`(\w+)`")


def commands(page: Path) -> Sequence[str]:
    """The three commands, one line each. Raises ``ValueError`` if there are not three."""
    found = _BLOCK.search(page.read_text())
    lines = found[1].splitlines() if found else []
    if len(lines) != COMMANDS:
        raise ValueError(f"{page.name} has {len(lines)} commands instead of three")
    return lines


def alerts(page: Path) -> frozenset[str]:
    """The alerts that the page lists."""
    found = _ALERTS.search(page.read_text())
    return frozenset(_NAME.findall(found[1])) if found else frozenset()
