"""The API's own documentation: the OpenAPI document, and a page that needs no other server."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from domain.errors import DomainError, Kind
from entrypoints.http.app_keys import DESCRIPTION

_STATIC = Path(__file__).parents[1] / "static"
_SWAGGER = _STATIC / "swagger-ui"
_FILES: Mapping[str, tuple[Path, str]] = {
    "start.js": (_STATIC / "start.js", "text/javascript"),
    "swagger-ui-bundle.js": (_SWAGGER / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (_SWAGGER / "swagger-ui.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI uses inline styles; everything else is served from here."""


class DocumentationNotFound(DomainError):
    """There is no such file in the documentation."""

    code = "ERR_3002"
    slug = "documentation-not-found"
    kind = Kind.NOT_FOUND


async def document(request: web.Request) -> web.Response:
    """Show the OpenAPI document."""
    return web.Response(body=request.app[DESCRIPTION], content_type="application/json")


async def page(_: web.Request) -> web.Response:
    """Show the documentation."""
    return web.Response(
        body=_content(_STATIC / "index.html"),
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": _POLICY},
    )


async def file(request: web.Request) -> web.Response:
    """Serve a file that the documentation page needs."""
    try:
        path, content_type = _FILES[request.match_info["name"]]
    except KeyError:
        raise DocumentationNotFound from None
    return web.Response(
        body=_content(path),
        content_type=content_type,
        headers={"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"},
    )


@functools.cache
def _content(path: Path) -> bytes:
    return path.read_bytes()
