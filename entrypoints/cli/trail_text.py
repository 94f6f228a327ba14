"""A money trail as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

_MARKS = {"message": "<-", "stage": "==", "posting": "##", "effect": "->"}
_OMITTED = {"postings", "version", "done", "key"}
_TIME = slice(11, 23)


def lines(trail: Mapping[str, Any], *, owner: str) -> Iterator[Text]:
    """
    Yield every line of one process's history, oldest first.

    ``<-`` is a fact, ``==`` a change of stage, ``##`` an entry in the ledger, ``->`` an instruction to a
    provider. The process's own id is written ``~`` and its owner's ``me``.
    """
    yield Text(f"\n{trail['kind']} {trail['id']}  ({trail['stage']})", "bold cyan")

    def short(text: str) -> str:
        known = text.replace(trail["id"], "~")
        return known.replace(owner, "me") if owner else known

    for line in trail["lines"]:
        head = f"  {line['at'][_TIME]}  {_MARKS.get(line['kind'], '  ')} "
        brief = short(_brief(line["detail"]))
        yield Text.assemble((head, "dim"), f"{line['title']:<24}", ("  " + brief, "dim"))
        for posting in line["detail"].get("postings", ()):
            yield Text(short(_posting(posting)), "blue")


def _posting(posting: Mapping[str, str]) -> str:
    amount = f"{posting['amount']:>26} {posting['asset'].partition('/')[0]:<6}"
    return f"{amount} debit {posting['debit']:<28} credit {posting['credit']}"


def _brief(detail: Mapping[str, Any]) -> str:
    """The values in a line's detail, nested ones too: references, provider ids, hashes, amounts."""
    return "  ".join(f"{key}={value}" for key, value in _flat(detail))


def _flat(detail: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in detail.items():
        if isinstance(value, dict):
            yield from _flat(value)
        elif key not in _OMITTED and value and not isinstance(value, list):
            yield key, value
