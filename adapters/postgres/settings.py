"""How to reach PostgreSQL and how hard to lean on it."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class PostgresSettings:
    dsn: str = attrs.field(repr=False)
    pool_size_max: int = attrs.field(default=10, validator=attrs.validators.ge(2))
    statement_timeout_s: float = 5.0
    commit_lanes: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    commit_units_max: int = attrs.field(default=64, validator=attrs.validators.ge(1))
    commit_backlog_max: int = attrs.field(default=5000, validator=attrs.validators.ge(1))
