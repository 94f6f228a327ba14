"""Reads and checks ``configs/slo.yaml``."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from string import Template
from typing import Any

import attrs
import cattrs
import yaml  # it has none

from scripts.slo.duration import NONE, Duration

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "configs" / "slo.yaml"
RUNBOOKS = "docs/runbooks"
"""The folder of the runbooks; an alert names a page in it."""


class Severity(Enum):
    """Where an alert goes: to the pager, to the channel, to the ticket system, or to the log only."""

    PAGE = "page"
    SLACK = "slack"
    TICKET = "ticket"
    LOG = "log"


@attrs.frozen(kw_only=True)
class BurnRate:
    severity: Severity
    long: Duration
    short: Duration
    factor: float


@attrs.frozen(kw_only=True)
class Series:
    name: str
    value: str
    window: Duration


@attrs.frozen(kw_only=True)
class Objective:
    """
    A service level objective: the share ``objective`` of all events must be good.

    ``good`` or ``bad`` counts them. With fewer than ``events_min`` in the long window there is no alert.
    """

    name: str
    promise: str
    objective: float = attrs.field(
        validator=[attrs.validators.gt(0), attrs.validators.lt(1)], converter=float
    )
    events: str
    good: str = ""
    bad: str = attrs.field(default="")
    events_min: int = 0
    runbook: str

    @bad.validator
    def _either(self, _: object, bad: str) -> None:
        if bool(bad) == bool(self.good):
            raise ValueError(f"{self.name}: give either good or bad")

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.objective, 6)


@attrs.frozen(kw_only=True)
class Alarm:
    """Fires when ``value`` has been ``above`` or ``below`` its limit for ``lasting`` (``for`` in YAML)."""

    name: str
    severity: Severity
    means: str
    value: str
    window: Duration = NONE
    above: float | None = None
    below: float | None = attrs.field(default=None)
    lasting: Duration = NONE
    unit: str = "none"
    runbook: str

    @below.validator
    def _one_limit(self, _: object, below: float | None) -> None:
        if (below is None) == (self.above is None):
            raise ValueError(f"{self.name}: give either above or below")

    @property
    def limit(self) -> float:
        return self.above if self.above is not None else self.below or 0.0

    @property
    def comparison(self) -> str:
        return f"{'>' if self.above is not None else '<'} {self.limit:g}"


@attrs.frozen(kw_only=True)
class Panel:
    """Draws one of ``value``, ``alarm`` and ``budget``."""

    title: str = ""
    value: str = ""
    alarm: str = ""
    budget: str = ""
    legend: str = ""
    unit: str = "none"
    above: float | None = None
    kind: str = attrs.field(
        default="timeseries", validator=attrs.validators.in_(("timeseries", "stat"))
    )


@attrs.frozen(kw_only=True)
class Dashboard:
    name: str
    title: str
    about: str
    panels: list[Panel]


@attrs.frozen(kw_only=True)
class Source:
    scrape: Duration
    evaluate: Duration
    window: Duration
    burn_rates: list[BurnRate]
    series: list[Series]
    objectives: list[Objective]
    alarms: list[Alarm]
    dashboards: list[Dashboard]

    def alarm(self, name: str) -> Alarm:
        """Raises ``StopIteration`` if there is none."""
        return next(alarm for alarm in self.alarms if alarm.name == name)

    def objective(self, name: str) -> Objective:
        """Raises ``StopIteration`` if there is none."""
        return next(each for each in self.objectives if each.name == name)


def load(path: Path = SOURCE) -> Source:
    """Read the file. Raises the errors of ``cattrs`` if it is invalid."""
    return _converter().structure(yaml.safe_load(path.read_text()), Source)


def within(window: Duration, expression: str) -> str:
    """The expression with ``$window`` replaced."""
    return Template(expression).safe_substitute(window=window)


def runbook_of(name: str) -> str:
    """The path of an alert's runbook."""
    return f"{RUNBOOKS}/{name}.md"


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Duration, lambda value, _: Duration.of(str(value)))
    converter.register_structure_hook(Alarm, _alarm_hook(converter))
    return converter


def _alarm_hook(converter: cattrs.Converter) -> Callable[[Any, Any], Alarm]:
    """Read ``for``, a keyword of Python, into ``lasting``."""
    return cattrs.gen.make_dict_structure_fn(
        Alarm,
        converter,
        _cattrs_forbid_extra_keys=True,
        lasting=cattrs.gen.override(rename="for"),
    )
