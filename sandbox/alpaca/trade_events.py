"""The events of an order: one for each change of its status (alpaca.md §9)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from sandbox.alpaca.events import Events, Stream
from sandbox.alpaca.order import Order
from sandbox.alpaca.order_view import order_view
from sandbox.world import World

EVENT_OF_STATUS = {"filled": "fill", "partially_filled": "partial_fill"}


@attrs.frozen
class TradeEvents:
    _world: World
    _events: Events

    def enter(self, order: Order, status: str) -> None:
        """Move the order to ``status`` and publish the event."""
        order.enter(status, at=self._world.clock.stamp())
        self.publish(order)

    def publish(self, order: Order, details: Mapping[str, object] | None = None) -> None:
        self._events.publish(
            Stream.TRADES,
            {
                "account_id": order.account_id,
                "event": EVENT_OF_STATUS.get(order.status, order.status),
                "execution_id": self._world.new_uuid(),
                "timestamp": order.updated_at,
                "order": order_view(order),
                **(details or {}),
            },
        )
