"""
The migration files: ``NNNN_pre_name.up.sql``, ``.down.sql``, and their checks.

``NNNN_pre_name.check.sql`` contains checks, one statement each, that must return true: those under a line
``-- before: ...`` while the migration is not applied, those under ``-- after: ...`` while it is. They are
not part of the checksum, so that checks can be added to an applied migration.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import attrs

MIGRATIONS = Path(__file__).parents[2] / "migrations"

_CHECK = re.compile(r"^-- (before|after): (.+)$", re.MULTILINE)


@attrs.frozen
class Check:
    """A condition on the database, in words and as a query that returns true when it holds."""

    says: str
    query: str


@attrs.frozen(kw_only=True)
class Migration:
    """One change of the schema, with its reverse."""

    name: str
    up: str
    down: str
    before: tuple[Check, ...] = ()
    after: tuple[Check, ...] = ()

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.up.encode()).hexdigest()


def migrations(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """All migrations in order. Raises ``FileNotFoundError`` when one has no ``.down.sql``."""
    return tuple(_read(path) for path in sorted(directory.glob("*.up.sql")))


def _read(up: Path) -> Migration:
    name = up.name.removesuffix(".up.sql")
    checks = up.with_name(f"{name}.check.sql")
    _, *parts = _CHECK.split(checks.read_text()) if checks.exists() else [""]
    found: dict[str, list[Check]] = {"before": [], "after": []}
    for when, says, query in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        found[when].append(Check(says, query.strip()))
    return Migration(
        name=name,
        up=up.read_text(),
        down=up.with_name(f"{name}.down.sql").read_text(),
        before=tuple(found["before"]),
        after=tuple(found["after"]),
    )
