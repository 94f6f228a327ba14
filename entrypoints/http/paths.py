"""What may be told of a request's path: who mistypes may put anything there."""

from __future__ import annotations

import re

from aiohttp import web

UNMATCHED = "unmatched"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT = re.compile(r"[A-Za-z0-9.-]{1,16}")
"""A symbol or the name of a basket. An address, a token or a key is longer, or has other characters."""


def route_of(request: web.Request) -> str:
    """The template of the path, of which there are few; what is in none is ``unmatched``."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else UNMATCHED


def path_of(request: web.Request) -> str:
    """The path, or its template where something in it is nothing that we gave anybody."""
    parts = request.match_info.values()
    is_ours = all(UUID.fullmatch(part) or _SHORT.fullmatch(part) for part in parts)
    route = route_of(request)
    return request.path if is_ours and route != UNMATCHED else route
