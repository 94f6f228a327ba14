"""What may be logged of a request's path, which may contain secrets by mistake."""

from __future__ import annotations

import re

from aiohttp import web

UNMATCHED = "unmatched"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT = re.compile(r"[A-Za-z0-9.-]{1,16}")
"""A symbol or a basket's name. Addresses, tokens and keys are longer or have other characters."""


def route_of(request: web.Request) -> str:
    """The template of the path, from a finite set; ``unmatched`` if no route has it."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else UNMATCHED


def path_of(request: web.Request) -> str:
    """The path, or its template if a part of it is not an id or a name of ours."""
    parts = request.match_info.values()
    is_ours = all(UUID.fullmatch(part) or _SHORT.fullmatch(part) for part in parts)
    route = route_of(request)
    return request.path if is_ours and route != UNMATCHED else route
