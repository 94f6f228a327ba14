"""An ordered collection that finds by id or tag without a scan and is read page by page."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.paging import Page


class Indexed(Protocol):
    """An item of a store: anything with an id and a time of creation."""

    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


T = TypeVar("T", bound=Indexed)


class IndexedStore(Generic[T]):
    """Items in order of creation. Tags narrow a search; they are never removed."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._positions: dict[str, int] = {}
        self._tagged: dict[str, list[int]] = {}

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: T, *, tags: Iterable[str] = ()) -> None:
        self._positions[item.id] = len(self._items)
        self._items.append(item)
        for tag in tags:
            self.tag(item, tag)

    def tag(self, item: T, tag: str) -> None:
        """Index the item under ``tag``; a repetition changes nothing."""
        positions = self._tagged.setdefault(tag, [])
        position = self._positions[item.id]
        index = bisect_left(positions, position)
        if index == len(positions) or positions[index] != position:
            insort(positions, position)

    def remove(self, item_id: str) -> None:
        """Forget an item, which must be here."""
        gone = self._positions.pop(item_id)
        del self._items[gone]
        self._positions = {key: at - (at > gone) for key, at in self._positions.items()}
        self._tagged = {
            tag: [at - (at > gone) for at in positions if at != gone]
            for tag, positions in self._tagged.items()
        }

    def find(self, item_id: str) -> T | None:
        position = self._positions.get(item_id)
        return None if position is None else self._items[position]

    def page(
        self,
        page: Page,
        *,
        tags: Collection[str] | None = None,
        keep: Callable[[T], bool] = lambda _: True,
    ) -> list[T]:
        """
        One page of the items that have one of ``tags`` (all items, when None) and pass ``keep``.

        Raises 156012 when the page's cursor is not an item of this store.
        """
        positions = self._between(self._candidates(tags), page)
        if page.cursor is None:
            walk: Sequence[int] = positions
        else:
            walk = self._beyond(positions, page.cursor, newer=page.is_towards_newer)
        walk = walk if page.is_towards_newer else walk[::-1]
        found = list(itertools.islice(filter(keep, (self._items[p] for p in walk)), page.size))
        return found[::-1] if page.is_backwards else found

    def _candidates(self, tags: Collection[str] | None) -> Sequence[int]:
        if tags is None:
            return range(len(self._items))
        lists = [self._tagged.get(tag, []) for tag in tags]
        return lists[0] if len(lists) == 1 else sorted(set().union(*lists))

    def _between(self, positions: Sequence[int], page: Page) -> Sequence[int]:
        start, stop = 0, len(positions)
        if page.since is not None:
            start = bisect_left(positions, page.since, key=self._created_at)
        if page.until is not None:
            stop = bisect_right(positions, page.until, key=self._created_at)
        return positions[start:stop]

    def _created_at(self, position: int) -> datetime:
        return self._items[position].created_at

    def _beyond(self, positions: Sequence[int], cursor: str, *, newer: bool) -> Sequence[int]:
        at = self._positions.get(cursor)
        if at is None:
            raise CircleRefusal(Why.CURSOR_NOT_FOUND)
        if newer:
            return positions[bisect_right(positions, at) :]
        return positions[: bisect_left(positions, at)]
