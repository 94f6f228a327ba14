"""What is made from configs/slo.yaml: fresh, understood, and about metrics and pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import cattrs
import pytest

from scripts.slo.duration import Duration, Pace
from scripts.slo.files import TARGET, Setting, files, write
from scripts.slo.model import ROOT, SOURCE, Severity, load
from tests.unit.scripts.exported_series import bounds_by_series, labels_by_series
from tests.unit.scripts.expressions import asked
from tests.unit.scripts.generated_rules import (
    GENERATED,
    Written,
    alerts,
    expressions,
    recorded,
    rules,
)
from tests.unit.scripts.generated_rules import SOURCE as READ

FOUND_BY = frozenset({"slo", "severity", "alertname"})
EXPRESSIONS = sorted(expressions(), key=lambda each: each.of)
METRICS = labels_by_series()
BOUNDS = bounds_by_series()


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_checked_in_is_what_the_source_makes(name: str) -> None:
    assert (TARGET / name).read_text() == GENERATED[name], "stale: run `make slo`"


def test_nothing_else_looks_as_if_it_were_made() -> None:
    folders = ("prometheus/rules/*", "grafana/dashboards/*")
    kept = {str(each.relative_to(TARGET)) for glob in folders for each in TARGET.glob(glob)}
    assert kept - set(GENERATED) == set()


@pytest.mark.parametrize("written", EXPRESSIONS, ids=lambda each: each.of)
def test_an_expression_asks_only_for_series_and_labels_that_exist(written: Written) -> None:
    for series in asked(written.expression):
        if series.name in recorded():
            assert {label for label, _ in series.labels} <= FOUND_BY
        else:
            assert series.name in METRICS, series.name
            assert {label for label, _ in series.labels} <= METRICS[series.name]


@pytest.mark.parametrize("written", EXPRESSIONS, ids=lambda each: each.of)
def test_a_bound_in_an_expression_is_the_bound_of_a_bucket(written: Written) -> None:
    for series in asked(written.expression):
        bounds = {value for label, value in series.labels if label == "le"}
        assert bounds <= BOUNDS.get(series.name, frozenset())


def test_the_check_of_series_finds_what_does_not_exist() -> None:
    (series,) = asked('rate(http_server_request_duration_seconds_bucket{le="0.31"}[5m])')
    assert series.name in METRICS
    assert ("le", "0.31") in series.labels
    assert "0.31" not in BOUNDS[series.name]
    assert "stack_no_such_total" not in METRICS
    with pytest.raises(ValueError, match="unclosed"):
        asked("sum(")


def test_the_promises_are_those_of_the_requirements() -> None:
    promised = {each.name: each.objective for each in READ.objectives}
    assert promised == {
        "api-latency": 0.95,
        "api-errors": 0.99,
        "api-availability": 0.999,
        "deposit-latency": 0.95,
        "withdrawal-latency": 0.95,
    }
    assert 'le="0.3"' in READ.objective("api-latency").good
    assert 'le="300.0"' in READ.objective("deposit-latency").good
    assert 'le="600.0"' in READ.objective("withdrawal-latency").good


@pytest.mark.parametrize(
    ("name", "comparison", "lasting"),
    [
        ("ApiErrorRate", "> 0.05", "5m"),
        ("BreakerOpen", "> 0", "0s"),
        ("ConnectionPool", "> 0.8", "2m"),
        ("SlowQueries", "> 0.5", "0s"),
        ("ProviderFailures", "> 0.2", "5m"),
        ("QueueDelay", "> 30", "2m"),
        ("MemoryUsed", "> 0.8", "5m"),
        ("DiskFree", "< 0.2", "5m"),
    ],
)
def test_the_alarms_are_those_of_the_requirements(name: str, comparison: str, lasting: str) -> None:
    rule = alerts()[name]
    assert rule["expr"].endswith(comparison)
    assert rule["for"] == lasting


def test_every_objective_has_all_its_burn_alerts() -> None:
    pairs = {("page", "1h"), ("page", "6h"), ("ticket", "1d"), ("ticket", "3d")}
    for objective in READ.objectives:
        own = [rule for rule in alerts().values() if rule["labels"].get("slo") == objective.name]
        named = {(rule["labels"]["severity"], rule["alert"].split("Burn")[1]) for rule in own}
        assert named == pairs


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_how_severe_it_is_and_where_its_page_is(name: str) -> None:
    rule = alerts()[name]
    assert rule["labels"]["severity"] in {each.value for each in Severity}
    assert (ROOT / rule["annotations"]["runbook_url"]).is_file()


def test_no_alert_is_named_twice() -> None:
    names = [rule["alert"] for rule in rules() if "alert" in rule]
    assert sorted(set(names)) == sorted(names)


def test_there_is_no_secret_in_the_routes() -> None:
    routes = GENERATED["alertmanager/alertmanager.yml"]
    assert re.findall(r"(?:routing_key|api_url|credentials): ", routes) == []
    assert "routing_key_file" in routes


def test_a_pace_shortens_windows_and_waits_and_no_limits() -> None:
    quick = files(READ, Setting(pace=Pace(30)))
    assert "sum_over_time(slo:bad:rate5m[2m])" in quick["prometheus/rules/objectives.yml"]
    assert "record: slo:error_ratio:1h" in quick["prometheus/rules/objectives.yml"]
    error_rate = next(rule for rule in rules(quick) if rule.get("alert") == "ApiErrorRate")
    assert (error_rate["for"], error_rate["expr"][-6:]) == ("10s", "> 0.05")
    assert "scrape_interval: 500ms" in quick["prometheus/prometheus.yml"]


@pytest.mark.parametrize("text", ["5m", "90s", "1h", "30d", "250ms"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    assert str(Duration.of(text)) == text


@pytest.mark.parametrize("text", ["", "5", "m", "1h30m", "5 m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        Duration.of(text)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("    above: 0.05\n", "    above: 0.05\n    below: 0.01\n"),
        ("    severity: log\n", "    severity: whisper\n"),
        ("objective: 0.999", "objective: 1.0"),
        ("    events_min: 5\n", "    events_least: 5\n"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(was: str, becomes: str, tmp_path: Path) -> None:
    text = SOURCE.read_text()
    assert was in text
    broken = tmp_path / "slo.yaml"
    broken.write_text(text.replace(was, becomes, 1))
    with pytest.raises(cattrs.BaseValidationError):
        load(broken)


def test_what_is_made_is_written_beside_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "grafana").mkdir()
    (tmp_path / "grafana" / "kept").touch()
    write({"grafana/dashboards/one.json": "{}\n"}, tmp_path)
    assert (tmp_path / "grafana/dashboards/one.json").read_text() == "{}\n"
    assert (tmp_path / "grafana" / "kept").exists()
