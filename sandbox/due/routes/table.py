"""A route: a verb, a path, a plain function, and its rate limit."""

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
    """None: it shares the limit of all others, which Due does not publish."""
