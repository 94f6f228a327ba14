"""Starts a server on a port that no other process took first."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable

from entrypoints.local.ports import free_port
from entrypoints.local.processes import Child, ChildDied, Command

ATTEMPTS = 3
LIMIT_S = 60.0


def start_server(
    stack: contextlib.ExitStack,
    *,
    port: int | None,
    command: Callable[[int], Command],
    ready: Callable[[int, Child], bool],
) -> tuple[Child, int]:
    """
    Start ``command(port)``, stopped when ``stack`` closes, and return it with its port when ready.

    A port of None means any free one. Another process may take that before the server binds it, so
    up to ``ATTEMPTS`` ports are tried. Raises ChildDied or ChildNotReady.
    """
    for attempt in range(1, ATTEMPTS + 1):
        number = port or free_port()
        child = stack.enter_context(Child(command(number)))
        try:
            child.wait_ready(lambda: ready(number, child), limit_s=LIMIT_S)  # noqa: B023 - called in this iteration only
        except ChildDied:
            lost_port = port is None and child.log_has(os.strerror(errno.EADDRINUSE))
            if not lost_port or attempt == ATTEMPTS:
                raise
        else:
            return child, number
    raise AssertionError("unreachable: the last attempt returns or raises")
