"""The sandbox's dashboard: static files that poll the control API."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "web"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src data:",
}


def routes() -> list[web.RouteDef]:
    """The page and its two files."""
    return [
        web.get("/", _page),
        web.get("/{file:page\\.(?:css|js)}", _part),
    ]


async def _page(_: web.Request) -> web.Response:
    return _file("page.html")


async def _part(request: web.Request) -> web.Response:
    return _file(request.match_info["file"])


def _file(name: str) -> web.Response:
    path = FOLDER / name
    return web.Response(
        body=path.read_bytes(),
        headers=HEADERS,
        content_type=TYPES[path.suffix],
        charset="utf-8",
    )
