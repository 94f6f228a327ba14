"""
The pages of `make observe`: the dashboards, the latest traces, and the received alerts.

Grafana is in no package of Debian, PyPI or npm. These pages read the same dashboards that Grafana gets,
query Prometheus for each panel and draw it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp import web
from google.protobuf.message import DecodeError  # type: ignore[import-untyped] # it has none

from scripts.observability.traces import Traces
from scripts.slo.files import GRAFANA, TARGET
from scripts.slo.model import ROOT, RUNBOOKS

STATIC = Path(__file__).with_name("static")
DASHBOARDS = TARGET / GRAFANA / "dashboards"
ALERTS_MAX = 200
BODY_BYTES_MAX = 16 * 2**20
QUERY_LIMIT_S = 10.0
QUERIES = ("query", "query_range")


@attrs.define
class Pages:
    """``prometheus_url`` is set once Prometheus runs; ``alerts`` has the newest first."""

    prometheus_url: str = ""
    traces: Traces = attrs.field(factory=Traces)
    alerts: deque[Mapping[str, Any]] = attrs.field(factory=lambda: deque(maxlen=ALERTS_MAX))

    def app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.add_routes(
            [
                web.get("/", _file(STATIC / "index.html")),
                web.get("/d/{name}", _file(STATIC / "board.html")),
                web.get("/traces", _file(STATIC / "traces.html")),
                web.get("/alerts", _file(STATIC / "alerts.html")),
                web.static("/static", STATIC),
                web.static("/dashboards", DASHBOARDS),
                web.static(f"/{RUNBOOKS}", ROOT / RUNBOOKS),
                web.get("/api/dashboards", self._dashboards),
                web.get("/api/traces", self._latest),
                web.get("/api/traces/{id}", self._trace),
                web.get("/api/alerts", self._alerts),
                web.get("/prometheus/{what}", self._ask),
                web.post("/alerts/{severity}", self._receive_alerts),
                web.post("/v1/traces", self._collect),
            ]
        )
        return app

    async def _dashboards(self, _: web.Request) -> web.Response:
        found = [orjson.loads(path.read_bytes()) for path in sorted(DASHBOARDS.glob("*.json"))]
        return _json(
            [
                {"uid": each["uid"], "title": each["title"], "about": each["description"]}
                for each in found
            ]
        )

    async def _latest(self, _: web.Request) -> web.Response:
        return _json(self.traces.latest())

    async def _trace(self, request: web.Request) -> web.Response:
        return _json(self.traces.trace(request.match_info["id"]))

    async def _alerts(self, _: web.Request) -> web.Response:
        return _json(list(self.alerts))

    async def _receive_alerts(self, request: web.Request) -> web.Response:
        """Store the alerts that Alertmanager posts instead of paging a person."""
        for alert in (await request.json())["alerts"]:
            self.alerts.appendleft({**alert, "receiver": request.match_info["severity"]})
        return web.Response(status=204)

    async def _collect(self, request: web.Request) -> web.Response:
        try:
            self.traces.take(await request.read())
        except DecodeError:
            return web.Response(status=400)
        return web.Response(content_type="application/x-protobuf")

    async def _ask(self, request: web.Request) -> web.Response:
        """Forward a query to Prometheus, so that the page needs no other origin."""
        what = request.match_info["what"]
        if what not in QUERIES:
            raise web.HTTPNotFound
        limit = aiohttp.ClientTimeout(total=QUERY_LIMIT_S)
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(f"{self.prometheus_url}/api/v1/{what}", params=request.query) as response,
        ):
            body = await response.read()
        return web.Response(status=response.status, body=body, content_type="application/json")


def _json(value: Sequence[Any]) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")


def _file(path: Path) -> Any:
    async def handler(_: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return handler
