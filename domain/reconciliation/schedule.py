"""When and how much is reconciled."""

from __future__ import annotations

from datetime import timedelta

import attrs

_POSITIVE = attrs.validators.gt(0)


@attrs.frozen(kw_only=True)
class ReconciliationSchedule:
    """
    Every owner is compared once in ``cycle_s``, and line by line once in ``complete_s``.

    A turn takes ``owners_max`` owners and begins no further one after ``turn_s``. A difference is a break
    when it stands at two readings at least ``grace_s`` apart. A process that moved within ``grace_s`` is in
    flight, an open one explains what differs for ``patience_s``. Lines are read from ``window_s`` back.
    """

    cycle_s: int = attrs.field(default=900, validator=_POSITIVE)
    complete_s: int = attrs.field(default=86_400, validator=_POSITIVE)
    grace_s: int = attrs.field(default=600, validator=attrs.validators.ge(0))
    patience_s: int = attrs.field(default=86_400, validator=_POSITIVE)
    window_s: int = attrs.field(default=7 * 86_400, validator=_POSITIVE)
    turn_s: int = attrs.field(default=20, validator=_POSITIVE)
    owners_max: int = attrs.field(default=20, validator=attrs.validators.ge(1))

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_s)

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=self.patience_s)

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.window_s)
