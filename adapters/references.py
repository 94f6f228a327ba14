"""Our references in the free text of somebody else's documents."""

from __future__ import annotations

import re

from domain.ids import Reference

LENGTH_MAX = 80
_REFERENCE = re.compile(r"[^:\s]+:[^:\s]+:[0-9]+")


def reference_in(text: str | None) -> Reference | None:
    """The reference that a text is, if it is one."""
    if text is None or len(text) > LENGTH_MAX or not _REFERENCE.fullmatch(text):
        return None
    return Reference(text)
