"""Being told to stop: once to finish what is under way, twice to end at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

SIGNALS = (signal.SIGINT, signal.SIGTERM)
EXIT_CODE_OF_SIGNAL = 128
"""What shells add to a signal's number."""

log = structlog.get_logger("signals")


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """
    Set on SIGINT or SIGTERM.

    A second one ends the process where it stands, which loses nothing: what was answered is committed, and
    claims on work run out.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            log.warning("ending at once", signal=number.name)
            os._exit(EXIT_CODE_OF_SIGNAL + number)
        stop.set()

    for each in SIGNALS:
        loop.add_signal_handler(each, on_signal, each)
    try:
        yield stop
    finally:
        for each in SIGNALS:
            loop.remove_signal_handler(each)
