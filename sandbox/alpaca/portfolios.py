"""
Model portfolios and the accounts that follow them.

guess: alpaca.md does not describe rebalancing; this follows the official client and Alpaca's guides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from sandbox.alpaca.account import Account
from sandbox.alpaca.errors import Missing, Unprocessable
from sandbox.alpaca.weights import Weights
from sandbox.world import World


@attrs.define(kw_only=True, eq=False)
class Portfolio:
    """``conditions`` are stored and shown; the sandbox never acts on them."""

    id: str
    name: str
    description: str
    weights: Weights
    cooldown_days: int
    conditions: list[dict[str, Any]]
    created_at: str
    updated_at: str
    status: str = "active"

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "status": self.status,
            "cooldown_days": self.cooldown_days,
            "weights": self.weights.view(),
            "rebalance_conditions": self.conditions,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@attrs.define(kw_only=True, eq=False)
class Subscription:
    """An account that follows a portfolio."""

    id: str
    account: Account
    portfolio: Portfolio
    created_at: str
    last_rebalanced_at: str | None = None

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "account_id": self.account.id,
            "portfolio_id": self.portfolio.id,
            "created_at": self.created_at,
            "last_rebalanced_at": self.last_rebalanced_at,
        }


@attrs.define(kw_only=True)
class Portfolios:
    """Portfolios by id, and subscriptions, at most one for an account."""

    _world: World
    _by_id: dict[str, Portfolio] = attrs.field(factory=dict)
    _subscriptions: dict[str, Subscription] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Portfolio]:
        return iter(self._by_id.values())

    def subscriptions(self) -> list[Subscription]:
        return list(self._subscriptions.values())

    def get(self, portfolio_id: str) -> Portfolio:
        if portfolio_id not in self._by_id:
            raise Missing("portfolio not found")
        return self._by_id[portfolio_id]

    def subscription(self, subscription_id: str) -> Subscription:
        if subscription_id not in self._subscriptions:
            raise Missing("subscription not found")
        return self._subscriptions[subscription_id]

    def followed_by(self, account: Account) -> Subscription | None:
        found = (each for each in self._subscriptions.values() if each.account is account)
        return next(found, None)

    def create(
        self,
        *,
        name: str,
        description: str,
        weights: Weights,
        cooldown_days: int,
        conditions: list[dict[str, Any]],
    ) -> Portfolio:
        at = self._world.clock.stamp()
        portfolio = Portfolio(
            id=self._world.new_uuid(),
            name=name,
            description=description,
            weights=weights,
            cooldown_days=cooldown_days,
            conditions=conditions,
            created_at=at,
            updated_at=at,
        )
        self._by_id[portfolio.id] = portfolio
        return portfolio

    def touch(self, portfolio: Portfolio) -> None:
        portfolio.updated_at = self._world.clock.stamp()

    def inactivate(self, portfolio: Portfolio) -> None:
        """Raises ``Unprocessable`` while an account follows it."""
        if any(each.portfolio is portfolio for each in self._subscriptions.values()):
            raise Unprocessable("portfolio has active subscriptions")
        portfolio.status = "inactive"
        self.touch(portfolio)

    def subscribe(self, account: Account, portfolio: Portfolio) -> Subscription:
        """Raises ``AlpacaRefusal`` for an account that follows one already."""
        account.require_active()
        if portfolio.status != "active":
            raise Unprocessable("portfolio is not active")
        if self.followed_by(account) is not None:
            raise Unprocessable("account is already subscribed to a portfolio")
        subscription = Subscription(
            id=self._world.new_uuid(),
            account=account,
            portfolio=portfolio,
            created_at=self._world.clock.stamp(),
        )
        self._subscriptions[subscription.id] = subscription
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        del self._subscriptions[subscription.id]
