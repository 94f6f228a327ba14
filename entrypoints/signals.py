"""Stop signals: the first lets a process finish its work, the second ends it at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

SIGNALS = (signal.SIGINT, signal.SIGTERM)
EXIT_CODE_OF_SIGNAL = 128
"""Shells add it to the number of a signal."""

log = structlog.get_logger("signals")


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """
    Yield an event that SIGINT or SIGTERM sets.

    A second signal ends the process at once, which loses nothing: answered requests are committed, and the
    leases of claimed jobs expire.
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
