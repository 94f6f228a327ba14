"""Prose is plain English: some phrases that need a second reading are banned."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "adr").glob("*.md"), *(ROOT / "docs").rglob("*.md")]
CODE: tuple[str, ...] = (
    "adapters",
    "domain",
    "entrypoints",
    "ports",
    "sandbox",
    "scripts",
    "tests/sandbox",
)
"""The folders whose docstrings and comments are held to the same."""

BANNED = {
    "the house": "the firm, staff, or we",
    "nobody": "say what does not happen",
    "somebody": "name the person or the role",
    "whoever": "name the person or the role",
    "whom": "split the sentence",
    "whomever": "name the person or the role",
    "that is to be": "use a verb",
    "goes on": "continues",
    "go on with": "continue",
    "going on with": "continuing",
    "gone on with": "continued",
    "gone with": "lost or removed",
    "told of": "reported, or received",
    "tells of": "reports",
    "takes in": "receives",
    "taken in": "received",
    "else it is": "otherwise it is",
}
OLD_WORDS = {
    "letter": "e-mail",
    "letters": "e-mails",
    "mail room": "webhook inbox",
    "news": "fact, event or report",
    "inquiry": "look-up",
    "inquiries": "look-ups",
    "receipt": "idempotency record",
    "receipts": "idempotency records",
    "patience": "retry policy",
}
"""What our code called things before docs/glossary.md; elsewhere they are plain English."""
CORE = ("domain", "ports")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"``.+?``|`[^`]+`", re.DOTALL)


def _found(text: str, banned: Mapping[str, str] = BANNED) -> list[str]:
    """The banned phrases in prose; code is not prose."""
    prose = _SPAN.sub("", _FENCE.sub("", text))
    phrases = "|".join(phrase.replace(" ", r"\s+") for phrase in banned)
    return [
        f"{phrase!r}: {banned[phrase]}"
        for match in re.findall(rf"\b(?:{phrases})\b", prose, re.IGNORECASE)
        for phrase in [" ".join(match.lower().split())]
    ]


def _docstrings(source: str) -> Iterator[str]:
    """Of the module, its classes and functions, and what stands below a constant."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text
            case _:
                pass


def _comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def _prose(source: str) -> str:
    return "\n".join([*_docstrings(source), *_comments(source)])


def _banned(path: Path) -> Mapping[str, str]:
    return BANNED | OLD_WORDS if path.relative_to(ROOT).parts[0] in CORE else BANNED


def _modules() -> Iterator[Path]:
    for folder in CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_is_plain(page: Path) -> None:
    assert _found(page.read_text()) == []


def test_docstrings_and_comments_are_plain() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): phrases
        for path in _modules()
        if (phrases := _found(_prose(path.read_text()), _banned(path)))
    }
    assert found == {}


def test_the_check_finds_a_phrase_in_prose_and_not_in_code() -> None:
    assert _found("It runs as `nobody`.\n```\nwhoever\n```\n") == []
    assert _found("Whoever\nasks the\nhouse.") == [
        "'whoever': name the person or the role",
        "'the house': the firm, staff, or we",
    ]
    assert _found(_prose('"""Told of it."""\nX = 1  # by nobody\n"""Plain."""\n')) == [
        "'told of': reported, or received",
        "'nobody': say what does not happen",
    ]
    assert _found("\n".join(_comments("x = 1  # nobody\n# plain\n"))) == [
        "'nobody': say what does not happen"
    ]
