"""Logs an outage of the store once, however often a loop finds it."""

from __future__ import annotations

import logging

import attrs
import structlog

from entrypoints.log_levels import level_of
from ports.errors import StoreUnavailable

_log = structlog.get_logger()


@attrs.define
class OutageLog:
    """
    The failures of one loop.

    Of consecutive ones because the store is not available, the first is logged at its level and the others
    at debug. The end of such a series is logged, too.
    """

    _event: str
    _failures: int = attrs.field(default=0, init=False)

    def failed(self, error: Exception, **fields: str) -> None:
        is_away = isinstance(error, StoreUnavailable)
        level = logging.DEBUG if is_away and self._failures else level_of(error)
        self._failures += is_away
        _log.log(level, self._event, error=repr(error), **fields)

    def succeeded(self) -> None:
        if self._failures:
            _log.info("store.back", after=self._event, failures=self._failures)
        self._failures = 0
