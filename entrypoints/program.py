"""What ``python -m entrypoints.http`` and ``python -m entrypoints.worker`` have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from entrypoints import configuration
from entrypoints.configuration import InvalidConfiguration
from entrypoints.settings import Settings


def run(serve: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Serve until told to stop: 0 then, and 2, with a message, when the configuration is invalid."""
    try:
        settings = configuration.load()
    except InvalidConfiguration as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvloop.run(serve(settings))
    return 0
