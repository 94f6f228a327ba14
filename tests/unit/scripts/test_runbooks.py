"""Each alert has its page, each page its three commands, and what they ask for exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from entrypoints.cli.__main__ import parser
from scripts.slo import runbooks
from scripts.slo.model import ROOT, RUNBOOKS
from tests.unit.scripts.exported_series import labels_by_series
from tests.unit.scripts.expressions import asked
from tests.unit.scripts.generated_rules import alerts

PAGES = sorted(
    page
    for page in (ROOT / RUNBOOKS).glob("*.md")
    if re.search("^Alerts: ", page.read_text(), re.MULTILINE)
)
METRICS = labels_by_series()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_about_the_alerts_that_point_at_it(page: Path) -> None:
    pointing = {
        name
        for name, rule in alerts().items()
        if rule["annotations"]["runbook_url"] == f"{RUNBOOKS}/{page.name}"
    }
    assert runbooks.alerts(page) == pointing
    assert pointing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_first_three_commands_are_there_and_ask_for_what_exists(page: Path) -> None:
    for command in runbooks.commands(page):
        match shlex.split(command):
            case ["promtool", "query", "instant", "$PROMETHEUS_URL", expression]:
                for series in asked(expression):
                    assert {label for label, _ in series.labels} <= METRICS[series.name]
            case ["python", "-m", "entrypoints.cli", *arguments]:
                parser().parse_args(arguments)
            case ["curl", "-sS", "$STACK_URL/health/readiness"] | ["df", "-h"]:
                pass
            case other:
                pytest.fail(f"an unknown command: {other}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_to_do_and_when_it_is_over(page: Path) -> None:
    text = page.read_text()
    assert re.search(r"^## What to do\n\n1\. ", text, re.MULTILINE)
    assert re.search(r"^## When it is over\n\n\S", text, re.MULTILINE)


def test_a_page_without_three_commands_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n## The first three commands\n\n```sh\ntrue\ntrue\n```\n")
    with pytest.raises(ValueError, match="has 2 commands"):
        runbooks.commands(page)
