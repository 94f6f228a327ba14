"""The log level of an error follows from its severity."""

from __future__ import annotations

import logging

from domain.errors import DomainError, Severity

_LEVELS = {
    Severity.INFO: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
    Severity.PAGE: logging.CRITICAL,
}


def level_of(error: Exception) -> int:
    """The level of the error's severity; a warning for errors of libraries, such as a broken connection."""
    return _LEVELS[error.severity] if isinstance(error, DomainError) else logging.WARNING
