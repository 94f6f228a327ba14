"""
Prometheus' rules from the objectives: recording rules, and alerts on budgets that burn too fast.

Events and bad events are recorded as rates over five minutes. A longer window is the sum of those rates,
which weighs each moment by its traffic and costs the same for every window. Rules have the names of their
real windows, whatever the pace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.slo.duration import Duration, Pace
from scripts.slo.model import BurnRate, Objective, Source, runbook_of, within

Rule = Mapping[str, Any]
Group = Mapping[str, Any]

SHORTEST = Duration.of("5m")
HOUR = Duration.of("1h")


def recorded(source: Source, pace: Pace) -> Sequence[Group]:
    """The groups of recording rules, in the order of their dependencies."""
    return (
        group("stack-series", [*_series(source, pace), *_events(source, pace)], source, pace),
        group("stack-objectives", [*_ratios(source, pace), *_budgets(source)], source, pace),
    )


def burning(source: Source, pace: Pace) -> Group:
    """The alerts on budgets that burn too fast."""
    alerts = [
        _alert(objective, rate, pace, every=pace(source.evaluate))
        for objective in source.objectives
        for rate in source.burn_rates
    ]
    return group("stack-burn", alerts, source, pace)


def group(name: str, rules: Sequence[Rule], source: Source, pace: Pace) -> Group:
    return {"name": name, "interval": str(pace(source.evaluate)), "rules": list(rules)}


def burn_alert_name(objective: Objective, rate: BurnRate) -> str:
    """The name for an objective and a window, such as ``ApiErrorsBurn1h``."""
    words = "".join(word.capitalize() for word in objective.name.split("-"))
    return f"{words}Burn{rate.long}"


def _series(source: Source, pace: Pace) -> Iterator[Rule]:
    for series in source.series:
        yield {"record": series.name, "expr": within(pace(series.window), series.value)}


def _events(source: Source, pace: Pace) -> Iterator[Rule]:
    window = pace(SHORTEST)
    for objective in source.objectives:
        labels = {"slo": objective.name}
        events = within(window, objective.events)
        bad = within(window, objective.bad or f"{objective.events} - {objective.good}")
        yield {"record": "slo:events:rate5m", "labels": labels, "expr": events}
        yield {"record": "slo:bad:rate5m", "labels": labels, "expr": bad}


def _ratios(source: Source, pace: Pace) -> Iterator[Rule]:
    yield _ratio(SHORTEST, "slo:bad:rate5m / (slo:events:rate5m > 0)")
    for window in _windows(source):
        bad, events = (
            f"sum_over_time(slo:{what}:rate5m[{pace(window)}])" for what in ("bad", "events")
        )
        yield _ratio(window, f"{bad} / ({events} > 0)")


def _ratio(window: Duration, expression: str) -> Rule:
    return {"record": f"slo:error_ratio:{window}", "expr": expression}


def _windows(source: Source) -> Sequence[Duration]:
    """All windows of alerts and of the budget, except the shortest."""
    alerted = {each for rate in source.burn_rates for each in (rate.long, rate.short)}
    return sorted({*alerted, HOUR, source.window} - {SHORTEST})


def _budgets(source: Source) -> Iterator[Rule]:
    for objective in source.objectives:
        labels = {"slo": objective.name}
        yield {
            "record": "slo:objective:ratio",
            "labels": labels,
            "expr": f"vector({objective.objective:g})",
        }
    budget = "on (slo) (1 - slo:objective:ratio)"
    yield {"record": f"slo:burn_rate:{HOUR}", "expr": f"slo:error_ratio:{HOUR} / {budget}"}
    yield {
        "record": "slo:budget_left:ratio",
        "expr": f"1 - slo:error_ratio:{source.window} / {budget}",
    }


def _alert(objective: Objective, rate: BurnRate, pace: Pace, *, every: Duration) -> Rule:
    return {
        "alert": burn_alert_name(objective, rate),
        "expr": _burns(objective, rate, pace, every=every),
        "labels": {"severity": rate.severity.value, "slo": objective.name},
        "annotations": {
            "summary": f"{objective.promise}: for {rate.long} the budget has burnt at"
            f" {rate.factor:g} times the rate that it allows",
            "runbook_url": runbook_of(objective.runbook),
        },
    }


def _burns(objective: Objective, rate: BurnRate, pace: Pace, *, every: Duration) -> str:
    limit = f"{rate.factor:g} * {objective.budget:g}"
    slo = f'{{slo="{objective.name}"}}'
    both = " and ".join(
        f"slo:error_ratio:{window}{slo} > {limit}" for window in (rate.long, rate.short)
    )
    if not objective.events_min:
        return both
    total = f"sum_over_time(slo:events:rate5m{slo}[{pace(rate.long)}]) * {every.seconds:g}"
    return f"{both} and {total} >= {objective.events_min}"
