"""The page about faults is complete and up to date."""

from __future__ import annotations

from pathlib import Path

from sandbox.circle.screening import RULES as RULES_OF_CIRCLE
from sandbox.faults.action import Kind
from sandbox.faults.catalogue import CATALOGUE
from sandbox.faults.document import document
from sandbox.faults.magic import SCREENED
from sandbox.faults.outcomes import OUTCOMES
from sandbox.faults.reading import read_rule

DOCS = Path(__file__).parents[2] / "docs"
RULES = [read_rule({"use": name}) for name in CATALOGUE]


def test_the_page_is_what_the_catalogue_says() -> None:
    assert (DOCS / "sandbox-faults.md").read_text() == document(), (
        "python -m sandbox.faults.document > docs/sandbox-faults.md"
    )


def test_the_results_tell_of_every_fault() -> None:
    results = (DOCS / "sandbox-faults-results.md").read_text()
    assert [name for name in CATALOGUE if f"| `{name}` |" not in results] == []


def test_the_page_names_every_address_that_circle_screens() -> None:
    assert set(SCREENED) == set(RULES_OF_CIRCLE)


def test_every_kind_and_every_outcome_has_a_name_in_the_catalogue() -> None:
    assert {rule.action.kind for rule in RULES} == set(Kind)
    named = {(rule.action.point, rule.action.outcome) for rule in RULES if rule.action.point}
    assert named == {(point, outcome) for point, ways in OUTCOMES.items() for outcome in ways}
