"""One rebalancing of one account: the sales first, and then the purchases they pay for."""

from __future__ import annotations

import attrs

from sandbox.alpaca.account import Account
from sandbox.alpaca.order import OPEN, Order
from sandbox.alpaca.order_view import order_view
from sandbox.alpaca.portfolios import Subscription
from sandbox.alpaca.weights import Weights

QUEUED, IN_PROGRESS = "QUEUED", "IN_PROGRESS"
UNFINISHED = frozenset({QUEUED, IN_PROGRESS})


@attrs.define(kw_only=True, eq=False)
class RebalanceRun:
    """``skipped`` are the orders that were too small or that the broker refused."""

    id: str
    subscription: Subscription
    kind: str
    weights: Weights
    initiated_from: str
    created_at: str
    updated_at: str
    status: str = QUEUED
    is_buying: bool = False
    orders: list[Order] = attrs.field(factory=list)
    skipped: list[dict[str, object]] = attrs.field(factory=list)
    ended_at: str | None = None

    @property
    def account(self) -> Account:
        return self.subscription.account

    @property
    def is_waiting(self) -> bool:
        return any(order.status in OPEN for order in self.orders)

    def view(self) -> dict[str, object]:
        is_canceled = self.status.startswith("CANCELED")
        failed = [each for each in self.orders if each.status in {"canceled", "expired"}]
        return {
            "id": self.id,
            "account_id": self.account.id,
            "portfolio_id": self.subscription.portfolio.id,
            "type": self.kind,
            "amount": None,
            "initiated_from": self.initiated_from,
            "weights": self.weights.view(),
            "status": self.status,
            "reason": None,
            "orders": [order_view(each) for each in self.orders],
            "failed_orders": [order_view(each) for each in failed],
            "skipped_orders": self.skipped,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "completed_at": None if is_canceled else self.ended_at,
            "canceled_at": self.ended_at if is_canceled else None,
        }
