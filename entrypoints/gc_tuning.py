"""Settings of the garbage collector for long-running processes."""

from __future__ import annotations

import gc

YOUNG_THRESHOLD = 20_000
"""Allocations between two collections of the youngest generation; most objects of a request die sooner."""


def freeze_startup_objects() -> None:
    """Exclude the objects that exist now, which live as long as the process, from all collections."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_THRESHOLD)
