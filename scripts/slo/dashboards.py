"""Grafana's dashboards from the panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.slo.alarms import expression
from scripts.slo.duration import REAL
from scripts.slo.model import Dashboard, Panel, Source

SCHEMA = 38
"""The version of the dashboards' schema, that of Grafana 10; later versions convert it."""

COLUMNS, WIDTH, HEIGHT = 24, 8, 7
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
GREEN, RED = "green", "red"
ALMOST_NOTHING = 1e-9
"""A step begins at its value, but an alarm fires only above it."""


def dashboard(of: Dashboard, source: Source) -> Mapping[str, Any]:
    return {
        "uid": f"stack-{of.name}",
        "title": f"Stack / {of.title}",
        "description": of.about,
        "tags": ["stack"],
        "schemaVersion": SCHEMA,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]
        },
        "panels": list(_panels(of.panels, source)),
    }


def _panels(panels: Sequence[Panel], source: Source) -> Iterator[Mapping[str, Any]]:
    per_row = COLUMNS // WIDTH
    for number, panel in enumerate(panels):
        row, column = divmod(number, per_row)
        place = {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT}
        yield {"id": number + 1, "gridPos": place, **_drawn(panel, source)}


def _drawn(panel: Panel, source: Source) -> Mapping[str, Any]:
    if panel.alarm:
        alarm = source.alarm(panel.alarm)
        return _panel(
            kind="timeseries",
            title=alarm.name,
            about=f"{alarm.means}. {alarm.severity.value}: {alarm.runbook}",
            targets=[_target(expression(alarm, REAL), "__auto")],
            unit=alarm.unit,
            steps=_steps(above=alarm.above, below=alarm.below),
        )
    if panel.budget:
        objective = source.objective(panel.budget)
        return _panel(
            kind="stat",
            title=f"Budget left: {objective.name}",
            about=f"{objective.promise}, over {source.window}",
            targets=[_target(f'slo:budget_left:ratio{{slo="{objective.name}"}}', "left")],
            unit="percentunit",
            steps=_steps(below=0.1),
        )
    return _panel(
        kind=panel.kind,
        title=panel.title,
        about="",
        targets=[_target(panel.value, panel.legend)],
        unit=panel.unit,
        steps=_steps(above=panel.above),
    )


def _panel(
    *,
    kind: str,
    title: str,
    about: str,
    targets: Sequence[Mapping[str, Any]],
    unit: str,
    steps: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any]:
    line = {"thresholdsStyle": {"mode": "line"}} if len(steps) > 1 else {}
    return {
        "type": kind,
        "title": title,
        "description": about,
        "datasource": DATASOURCE,
        "targets": targets,
        "fieldConfig": {
            "defaults": {
                "unit": unit,
                "custom": {"fillOpacity": 10, "showPoints": "never", **line},
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
    }


def _target(expression: str, legend: str) -> Mapping[str, Any]:
    return {"refId": "A", "datasource": DATASOURCE, "expr": expression, "legendFormat": legend}


def _steps(
    *, above: float | None = None, below: float | None = None
) -> Sequence[Mapping[str, Any]]:
    """Red is the side of the limit on which the alarm fires."""
    if above is not None:
        return ({"color": GREEN, "value": None}, {"color": RED, "value": above or ALMOST_NOTHING})
    if below is not None:
        return ({"color": RED, "value": None}, {"color": GREEN, "value": below})
    return ({"color": GREEN, "value": None},)
