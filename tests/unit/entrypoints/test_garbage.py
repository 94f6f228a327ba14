"""A process that serves does not look through what it began with, and still frees what it drops."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from entrypoints.gc_tuning import YOUNG_THRESHOLD, freeze_startup_objects


class Knot:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_is_not_looked_through_any_more() -> None:
    freeze_startup_objects()
    assert gc.get_freeze_count() > YOUNG_THRESHOLD
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_what_comes_later_is_freed() -> None:
    freeze_startup_objects()
    gone = weakref.ref(Knot())
    assert gc.isenabled()
    gc.collect()
    assert gone() is None
