"""The settings of editors, hooks and the git host agree with the Makefile."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any

import pytest
import yaml

from tests.architecture.test_docs import ROOT

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
PATTERN, NO_DOWNLOAD = "pygrep", {"pygrep", "system"}
FIELDS = {"checkboxes", "dropdown", "input", "markdown", "textarea"}
SUBJECT_MAX = 72


def _recipe(target: str) -> list[str]:
    """The commands of a target, each as a shell would get it."""
    makefile = (ROOT / "Makefile").read_text()
    found = re.search(rf"^{target}:.*\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert found
    text = found[1].replace("\\\n", " ").replace("\t", "").replace("$(BIN)", ".venv/bin")
    return [
        " ".join(command.split()).removeprefix("@")
        for line in text.splitlines()
        for command in line.split("&&")
    ]


def _hooks() -> list[dict[str, Any]]:
    document = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [each["repo"] for each in document["repos"]] == ["local"]
    hooks: list[dict[str, Any]] = document["repos"][0]["hooks"]
    return hooks


def test_hooks_run_exactly_what_make_lint_runs() -> None:
    entries = [hook["entry"] for hook in _hooks() if hook["language"] != PATTERN]
    assert entries == _recipe("lint")


def test_hooks_download_nothing_and_look_at_the_whole_tree() -> None:
    assert {hook["language"] for hook in _hooks()} <= NO_DOWNLOAD
    checks = [hook for hook in _hooks() if hook["language"] != PATTERN]
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in checks)


@pytest.mark.parametrize(
    ("message", "is_refused"),
    [
        ("x" * SUBJECT_MAX + "\n\n" + "y" * 100, False),
        ("x" * (SUBJECT_MAX + 1), True),
        ("fixup! " + "x" * SUBJECT_MAX, False),
    ],
)
def test_a_subject_that_is_too_long_is_refused(message: str, is_refused: bool) -> None:  # noqa: FBT001 - a parameter of the test
    (hook,) = (hook for hook in _hooks() if hook["language"] == PATTERN)
    assert hook["stages"] == ["commit-msg"]
    assert hook["args"] == ["--multiline"]
    assert bool(re.search(hook["entry"], message, re.MULTILINE | re.DOTALL)) == is_refused


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_issue_forms_have_what_the_host_needs(form: Any) -> None:
    document = yaml.safe_load(form.read_text())
    if form.stem == "config":
        return
    assert document["name"]
    assert document["description"]
    fields = [field for field in document["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in document["body"]} <= FIELDS
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)


def test_the_development_container_calls_targets_that_exist() -> None:
    document = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    make, target = document["postCreateCommand"].split()
    assert make == "make"
    assert _recipe(target)
    assert document["image"].endswith(":3.11-bookworm")
    assert document["forwardPorts"] == [8080, 8090]


def test_the_editor_starts_modules_that_exist() -> None:
    document = json.loads((ROOT / ".vscode" / "launch.json").read_text())
    modules = [each["module"] for each in document["configurations"] if "module" in each]
    assert modules
    assert [name for name in modules if find_spec(name) is None] == []
