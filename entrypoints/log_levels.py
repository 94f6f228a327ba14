"""How loudly an error is logged: by its severity, whoever meets it."""

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
    """What is no error of ours, such as a broken connection, is a warning."""
    return _LEVELS[error.severity] if isinstance(error, DomainError) else logging.WARNING
