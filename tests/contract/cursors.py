"""What every store of feed positions must do."""

from __future__ import annotations

from datetime import timedelta

from tests.contract.stores import Store
from tests.support.builders import AT


class CursorsContract:
    """Subclasses provide the fixture ``store``."""

    async def test_a_feed_nobody_read_has_no_position(self, store: Store) -> None:
        assert await store.cursors.read("trades") is None

    async def test_the_last_position_counts(self, store: Store) -> None:
        await store.cursors.advance("trades", "1", at=AT)
        await store.cursors.advance("trades", "2", at=AT)
        assert await store.cursors.read("trades") == "2"

    async def test_feeds_are_apart(self, store: Store) -> None:
        await store.cursors.advance("trades", "1", at=AT)
        assert await store.cursors.read("journals") is None

    async def test_a_turn_is_one_machine_s_for_its_time(self, store: Store) -> None:
        hour = timedelta(hours=1)
        assert await store.cursors.take_turn("settle", every=hour)
        assert not await store.cursors.take_turn("settle", every=hour)
        assert await store.cursors.take_turn("other", every=hour)

    async def test_a_turn_comes_again(self, store: Store) -> None:
        assert await store.cursors.take_turn("settle", every=timedelta(0))
        assert await store.cursors.take_turn("settle", every=timedelta(0))
