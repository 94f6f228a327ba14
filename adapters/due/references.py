"""Our references in Due's free-text fields: a transfer's memo, a virtual account's reference."""

from __future__ import annotations

import re

from domain.ids import Reference

_REFERENCE = re.compile(r"[^:\s]+:[^:\s]+:[0-9]+")

LENGTH_MAX = 80


def text_of(reference: Reference) -> str:
    """guess: memos take our reference as it is, colons included (due.md §2, ``err_memo_*``)."""
    return reference


def reference_in(text: str | None) -> Reference | None:
    """The reference that a text is, if it is one."""
    if text is None or len(text) > LENGTH_MAX or not _REFERENCE.fullmatch(text):
        return None
    return Reference(text)
