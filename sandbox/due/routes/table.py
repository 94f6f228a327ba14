"""A route is a verb, a path and a plain function, and how often it may be called."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from sandbox.due.auth import Call


@attrs.frozen
class Route:
    method: str
    path: str
    function: Callable[[Call], object]
    is_keyed: bool = True
    per_minute: int | None = None
    """None: it counts with all the others, whose limit Due does not publish."""
