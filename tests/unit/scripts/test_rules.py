"""Prometheus' own tools agree: the rules are read, do what they say, and Alertmanager takes its routes."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from scripts.slo.files import TARGET
from tests.unit.scripts.generated_rules import alerts

TESTS = sorted((TARGET / "prometheus" / "tests").glob("*.yml"))
LIMIT_S = 60

_NAME = re.compile(r'alertname="(\w+)"')


def _run(*words: str) -> None:
    tool = shutil.which(words[0])
    if tool is None:
        pytest.skip(f"{words[0]} is not installed (Debian: prometheus, prometheus-alertmanager)")
    done = subprocess.run(
        [tool, *words[1:]], check=False, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_its_configuration_and_the_rules() -> None:
    _run("promtool", "check", "config", str(TARGET / "prometheus" / "prometheus.yml"))


def test_alertmanager_takes_its_routes() -> None:
    _run("amtool", "check-config", str(TARGET / "alertmanager" / "alertmanager.yml"))


@pytest.mark.parametrize("severity", ["page", "slack", "ticket", "log"])
def test_each_severity_goes_where_it_belongs(severity: str) -> None:
    routes = str(TARGET / "alertmanager" / "alertmanager.yml")
    _run(
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={routes}",
        f"--verify.receivers={severity}",
        f"severity={severity}",
    )


@pytest.mark.parametrize("tests", TESTS, ids=lambda path: path.stem)
def test_the_rules_do_what_they_say(tests: object) -> None:
    _run("promtool", "test", "rules", str(tests))


def test_every_alert_is_tried_going_off_and_staying_quiet() -> None:
    fires: set[str] = set()
    is_quiet = False
    for path in TESTS:
        for test in yaml.safe_load(path.read_text())["tests"]:
            for check in test["promql_expr_test"]:
                samples = check["exp_samples"]
                is_quiet |= not samples and check["expr"].startswith("ALERTS")
                fires |= {name for each in samples for name in _NAME.findall(each["labels"])}
    assert fires == set(alerts())
    assert is_quiet
