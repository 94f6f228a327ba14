"""Our references in Due's free-text fields: a transfer's memo, a virtual account's reference."""

from __future__ import annotations

from domain.ids import Reference


def text_of(reference: Reference) -> str:
    """guess: memos accept our reference unchanged, colons included (due.md §2, ``err_memo_*``)."""
    return reference
