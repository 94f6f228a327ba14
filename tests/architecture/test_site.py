"""The documentation site: every page is in its navigation, and every link has a target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.architecture.test_docs import ROOT, _broken_links

PAGES = ("*.md", "adr/*.md", "docs/**/*.md")
LEFT_OUT = "adr/template.md"


class _Navigation(yaml.SafeLoader):
    """Reads `mkdocs.yml` without MkDocs, whose tags name functions of Python."""


_Navigation.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _pages() -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for each in PAGES for path in ROOT.glob(each))


def _entries(navigation: Any) -> Iterator[str]:
    match navigation:
        case str():
            yield navigation
        case list():
            for item in navigation:
                yield from _entries(item)
        case dict():
            yield from _entries(list(navigation.values()))


@pytest.fixture(scope="module")
def site() -> Any:
    return yaml.load((ROOT / "mkdocs.yml").read_text(), _Navigation)


@pytest.mark.parametrize("page", [page for page in _pages() if page != LEFT_OUT])
def test_every_page_is_in_the_navigation(site: Any, page: str) -> None:
    assert page in set(_entries(site["nav"])), f"add {page} to `nav` in mkdocs.yml"


def test_the_navigation_names_only_pages_that_exist(site: Any) -> None:
    gone = set(_entries(site["nav"])) - set(_pages())
    assert gone == set(), "remove these from `nav` in mkdocs.yml, or correct their paths"


def test_the_navigation_names_each_page_once(site: Any) -> None:
    entries = list(_entries(site["nav"]))
    assert sorted(entries) == sorted(set(entries))


@pytest.mark.parametrize("page", [page for page in _pages() if page.startswith("adr/")])
def test_every_relative_link_of_a_decision_leads_somewhere(page: str) -> None:
    assert list(_broken_links(ROOT / page)) == []


def test_the_build_fails_on_a_broken_link_and_loads_no_font_from_elsewhere(site: Any) -> None:
    assert site["strict"] is True
    assert site["theme"]["font"] is False
    links = site["validation"]["links"]
    assert {links[each] for each in ("not_found", "anchors", "unrecognized_links")} == {"warn"}


def test_what_the_site_is_made_from_is_watched(site: Any) -> None:
    root_pages = {page for page in _pages() if "/" not in page}
    assert root_pages | {"adr"} == set(site["watch"])
