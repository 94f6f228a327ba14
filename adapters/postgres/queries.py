"""
Loads the named queries in ``sql/*.sql``: one statement each, under a line ``-- name: the_name``.

Every query of the adapter is in those files, so that a test can prepare each of them on the migrated
schema, and logs and metrics can name them.
"""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_DIRECTORY = Path(__file__).parent / "sql"


def named(directory: Path = _DIRECTORY) -> dict[str, str]:
    """Every query by name. Raises ``ValueError`` when a name occurs twice."""
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
    """The name of a query in logs, metrics and spans; ``unnamed`` if it has none."""
    return _NAMES.get(query, "unnamed")
