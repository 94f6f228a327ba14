"""
A hook of MkDocs that gives the site the folders of the repository.

A page keeps its path, so that a relative link works on the git host and on the site. Besides `docs` it
has the decision records, the pages at the root, and copies of the other files that pages link to. No page
may make a browser load anything from another host. In strict mode a warning fails the build.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = ("*.md", "adr/*.md", "docs/**/*.md")
_LINK = re.compile(r"\]\(([^)\s#]+)")
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|link)\b[^>]*?\s(?:src|href)=["']?((?:https?:)?//[^\s"'>]+)"""
)
# MkDocs counts the warnings of its own loggers only.
_log = logging.getLogger("mkdocs.hooks.docs_site")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for file in list(files):
        if file.src_dir == config.docs_dir:
            files.remove(file)
    pages = [path.relative_to(ROOT).as_posix() for each in PAGES for path in ROOT.glob(each)]
    linked = {target for page in pages for target in _linked(page)} - set(pages)
    for name in sorted([*pages, *linked, *map(str, config.extra_css)]):
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001 - the hook's signature
    for address in _LOADED.findall(output):
        _log.warning("%s loads %s from elsewhere", page.file.src_uri, address)
    return output


def _linked(page: str) -> Iterator[str]:
    """The files of the repository that ``page`` links to; MkDocs itself reports broken links."""
    for link in _LINK.findall((ROOT / page).read_text()):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
        if "://" not in link and not target.startswith("..") and (ROOT / target).is_file():
            yield target
