"""The address of PostgreSQL, and the limits of its use."""

from __future__ import annotations

import attrs

_POSITIVE = attrs.validators.gt(0.0)


@attrs.frozen(kw_only=True)
class PostgresSettings:
    """
    ``statement_timeout_s`` limits every query, both here and on the server.

    A query waits at most ``acquire_timeout_s`` for a connection; at most ``acquire_waiting_max`` queries
    wait. One that takes longer than ``slow_query_s`` is logged, with its plan if ``explain_slow``. The
    group commit runs at most ``commit_lanes`` writes at a time, each of at most ``commit_units_max`` units;
    at most ``commit_backlog_max`` units wait.
    """

    dsn: str = attrs.field(repr=False)
    pool_size_max: int = attrs.field(default=10, validator=attrs.validators.ge(2))
    statement_timeout_s: float = attrs.field(default=5.0, validator=_POSITIVE)
    lock_timeout_s: float = attrs.field(default=4.0, validator=_POSITIVE)
    idle_in_transaction_timeout_s: float = attrs.field(default=10.0, validator=_POSITIVE)
    acquire_timeout_s: float = attrs.field(default=2.0, validator=_POSITIVE)
    acquire_waiting_max: int = attrs.field(default=1000, validator=attrs.validators.ge(1))
    slow_query_s: float = attrs.field(default=0.1, validator=_POSITIVE)
    explain_slow: bool = False
    commit_lanes: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    commit_units_max: int = attrs.field(default=64, validator=attrs.validators.ge(1))
    commit_backlog_max: int = attrs.field(default=5000, validator=attrs.validators.ge(1))
