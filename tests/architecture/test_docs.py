"""What the documents name exists: links, files, make targets, routes, guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "adr").glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FOLDERS = (
    "adapters",
    "adr",
    "configs",
    "docs",
    "domain",
    "entrypoints",
    "sandbox",
    "migrations",
    "ports",
    "tests",
)
PROVIDERS = ("alpaca", "circle", "due")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MAKE = re.compile(r"(?:^|[` ])make((?: +[a-z-]+)+)", re.MULTILINE)
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
_PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*")


def _prose(document: Path) -> str:
    return _FENCE.sub("", document.read_text())


def _code(document: Path) -> str:
    """Every line of code, whether fenced or within a sentence."""
    text = document.read_text()
    return "\n".join([*_FENCE.findall(text), *_SPAN.findall(_FENCE.sub("", text))])


def _anchors(document: Path) -> set[str]:
    """The names that GitHub gives to headings."""
    headings = _HEADING.findall(_prose(document))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(document)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


def _documented_routes() -> str:
    return (ROOT / "docs" / "api" / "README.md").read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    assert list(_broken_links(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_make_target_exists(document: Path) -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text()))
    named = {word for words in _MAKE.findall(_code(document)) for word in words.split()}
    assert named - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_file_that_is_named_exists(document: Path) -> None:
    spans = _SPAN.findall(_prose(document))
    named = [path for path in spans if _PATH.fullmatch(path)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_documented(route: Route) -> None:
    assert re.search(rf"`{route.method} {re.escape(route.path)}[`?]", _documented_routes())


def test_no_route_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"`((?:GET|HEAD|POST|PUT|PATCH|DELETE) /[^`?]*)", _documented_routes())
    assert set(named) - {f"{route.method} {route.path}" for route in ROUTES} == set()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_guess_about_a_provider_is_listed(provider: str) -> None:
    page = (ROOT / "docs" / "integrations" / f"{provider}.md").read_text()
    folders = [ROOT / "adapters" / provider, ROOT / "sandbox" / provider]
    guessing = {
        str(path.relative_to(folder))
        for folder in folders
        for path in folder.rglob("*.py")
        if "guess:" in path.read_text()
    }
    assert {name for name in guessing if f"`{name}`" not in page} == set()


def test_the_checks_find_what_is_broken(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(
        "# A heading!\n[a](#a-heading) [b](#b) [c](c.md) [d](https://d)\n`make it`\n"
    )
    assert list(_broken_links(document)) == ["#b", "c.md"]
    assert _MAKE.findall(_code(document)) == [" it"]
