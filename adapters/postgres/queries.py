"""
Loads ``sql/*.sql``: named queries, one statement each, under a line ``-- name: the_name``.

Every query of the adapter lives in those files, so that a test can prepare each of them on the migrated
schema, and logs and metrics can name them.
"""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_DIRECTORY = Path(__file__).parent / "sql"


def named(directory: Path = _DIRECTORY) -> dict[str, str]:
    """Every named query. Raises ``ValueError`` when a name is given twice."""
    queries: dict[str, str] = {}
    for path in sorted(directory.glob("*.sql")):
        _, *parts = _HEADER.split(path.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in queries:
                raise ValueError(f"query {name} is defined twice")
            queries[name] = text.strip().rstrip(";")
    return queries


QUERIES = named()
_NAMES = {text: name for name, text in QUERIES.items()}


def name_of(query: str) -> str:
    """What logs, metrics and spans call it: its name, or ``unnamed`` for one that has none."""
    return _NAMES.get(query, "unnamed")
