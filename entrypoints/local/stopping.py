"""Ctrl-C, SIGTERM and a closed terminal: the first stops cleanly, a later one at once."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

# `make` forwards a SIGTERM that its whole process group received too: one request, two signals.
SAME_REQUEST_S = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """
    A stop signal arrived. It unwinds every `with` block, which stops what the block started.

    Not an Exception, so that no handler of failures catches it.
    """


@contextlib.contextmanager
def stop_signals(*, at_once: Callable[[], None]) -> Iterator[None]:
    """Raise StopRequested at the first signal in this block; call ``at_once`` at a later one."""
    first_s: float | None = None

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal first_s
        if first_s is None:
            first_s = time.monotonic()
            raise StopRequested
        if time.monotonic() - first_s > SAME_REQUEST_S:
            at_once()

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
