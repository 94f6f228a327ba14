"""The files generated from ``configs/slo.yaml``, by their paths in ``infrastructure/observability``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import orjson
import yaml  # it has none

from scripts.slo.alarms import Receiver, alarms, receivers, routing
from scripts.slo.dashboards import dashboard
from scripts.slo.duration import REAL, Pace
from scripts.slo.model import ROOT, SOURCE, Source
from scripts.slo.rules import burning, recorded
from scripts.slo.scraping import Place, scraping

TARGET = ROOT / "infrastructure" / "observability"
MADE = f"# Made by `make slo` from {SOURCE.relative_to(ROOT)}; changes belong there.\n"
WIDTH = 1000
"""Wide enough for every expression, so that each is one line."""
PROMETHEUS, ALERTMANAGER, GRAFANA = "prometheus", "alertmanager", "grafana"


@attrs.frozen(kw_only=True)
class Setting:
    """What the files are generated for; by default production."""

    pace: Pace = REAL
    place: Place = attrs.field(factory=Place)
    receivers: Sequence[Receiver] = attrs.field(factory=receivers)


def files(source: Source, setting: Setting) -> Mapping[str, str]:
    return dict(_files(source, setting))


def write(made: Mapping[str, str], folder: Path = TARGET) -> None:
    """Write the files; other files in the folder stay."""
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _files(source: Source, setting: Setting) -> Iterator[tuple[str, str]]:
    pace = setting.pace
    rules = f"{PROMETHEUS}/rules"
    yield f"{rules}/objectives.yml", _yaml({"groups": list(recorded(source, pace))})
    yield f"{rules}/burn.yml", _yaml({"groups": [burning(source, pace)]})
    yield f"{rules}/alarms.yml", _yaml({"groups": [alarms(source, pace)]})
    yield f"{PROMETHEUS}/prometheus.yml", _yaml(scraping(source, pace, setting.place))
    yield f"{ALERTMANAGER}/alertmanager.yml", _yaml(routing(setting.receivers, pace))
    for each in source.dashboards:
        drawn = orjson.dumps(dashboard(each, source), option=orjson.OPT_INDENT_2).decode()
        yield f"{GRAFANA}/dashboards/{each.name}.json", drawn + "\n"


def _yaml(document: Mapping[str, Any]) -> str:
    return MADE + str(yaml.safe_dump(_plain(document), sort_keys=False, width=WIDTH))


def _plain(value: Any) -> Any:
    """A copy without tuples, which YAML lacks, and without shared objects, which become anchors."""
    match value:
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
