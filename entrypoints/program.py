"""Runs a server process: ``python -m entrypoints.http`` or ``python -m entrypoints.worker``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from entrypoints import configuration
from entrypoints.configuration import InvalidConfiguration
from entrypoints.settings import Settings


def run(serve: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Serve until a stop signal and return 0; return 2, with a message, for invalid settings."""
    try:
        settings = configuration.load()
    except InvalidConfiguration as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvloop.run(serve(settings))
    return 0
