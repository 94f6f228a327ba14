"""What ``python -m entrypoints.http`` and ``python -m entrypoints.worker`` have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from entrypoints import settings
from entrypoints.settings import InvalidConfiguration, Settings


def run(serve: Callable[[Settings], Coroutine[Any, Any, None]]) -> int:
    """Serve until told to stop: 0 then, and 2, with a message, when the configuration is invalid."""
    try:
        configuration = settings.load()
    except InvalidConfiguration as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvloop.run(serve(configuration))
    return 0
