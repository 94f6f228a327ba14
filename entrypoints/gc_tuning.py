"""The garbage collector, told what a process of ours is like."""

from __future__ import annotations

import gc

YOUNG_MAX = 20_000
"""So many new objects before cycles are looked for; what a request makes is mostly freed at once."""


def freeze_startup_objects() -> None:
    """What a process has when it begins to serve stays to its end, and is not looked through any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX)
