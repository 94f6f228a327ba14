"""The failures of the local stack; their messages are printed."""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_CANNOT_START = 2


class LocalFailure(Exception):
    """A part of the local stack failed while it ran; the message says which and why."""

    exit_code = EXIT_FAILED
    headline = "The local stack stopped"


class CannotStart(LocalFailure):
    """A precondition of the start is not met."""

    exit_code = EXIT_CANNOT_START
    headline = "The local stack cannot start"
