"""The trace that a request belongs to (W3C Trace Context)."""

from __future__ import annotations

import re
import secrets

from aiohttp import web

HEADER = "traceparent"

_PARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"
)
_OF_VERSION_00 = 55


def trace_id_of(request: web.BaseRequest) -> str:
    """
    The trace id that the caller sent, or a new one: 32 hex digits.

    Only a later version of the header may be longer than that of version 00 (§3.2.2 and §3.2.4).
    """
    given = request.headers.get(HEADER, "")
    parent = _PARENT.fullmatch(given)
    is_longer = len(given) > _OF_VERSION_00
    if parent is None or (is_longer and given.startswith("00")):
        return secrets.token_hex(16)
    return parent[1]
