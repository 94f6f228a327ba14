"""What can keep the local stack from running, told to the person who started it."""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_CANNOT_START = 2


class LocalFailure(Exception):
    """Something of the local stack failed while it ran; the message is all the person needs."""

    exit_code = EXIT_FAILED


class CannotStart(LocalFailure):
    """The surroundings do not allow a start; nothing was started yet."""

    exit_code = EXIT_CANNOT_START
