"""Runs a server process: ``python -m entrypoints.http`` or ``python -m entrypoints.worker``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from entrypoints import configuration
from entrypoints.configuration import InvalidConfiguration
from entrypoints.settings import Settings
from ports.clock import ClockSkewed
from ports.errors import StoreUnsuitable


def run(serve: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """
    Serve until a stop signal and return 0.

    Returns 2 for invalid settings or a pooler before the database and 1 for a skewed clock, each with a
    message.
    """
    try:
        settings = configuration.load()
    except InvalidConfiguration as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        uvloop.run(serve(settings))
    except StoreUnsuitable as error:
        sys.stderr.write(f"postgres.dsn: {error}\n")
        return 2
    except ClockSkewed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
