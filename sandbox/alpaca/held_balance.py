"""An amount of one asset, part of it on hold."""

from __future__ import annotations

from typing import Self

import attrs

from domain.money import Asset, Money


class NotAvailable(Exception):
    """The available balance is less than the amount."""


@attrs.define(kw_only=True)
class HeldBalance:
    """
    Cash or shares of one account.

    A hold sets an amount aside under a reference, so that two orders cannot spend the same cent;
    the balance moves only when the held amount is spent. ``credit`` is lent: it can be spent, which
    takes the balance below zero, and it cannot be withdrawn.
    """

    balance: Money
    held: Money
    credit: Money
    _holds: dict[str, Money] = attrs.field(factory=dict)

    @classmethod
    def empty(cls, asset: Asset) -> Self:
        zero = Money.zero(asset)
        return cls(balance=zero, held=zero, credit=zero)

    @property
    def available(self) -> Money:
        return self.balance + self.credit - self.held

    @property
    def withdrawable(self) -> Money:
        """The available balance without credit."""
        return max(self.balance - self.held, Money.zero(self.balance.asset))

    def add(self, amount: Money) -> None:
        self.balance += amount

    def hold(self, reference: str, amount: Money) -> None:
        """Put ``amount`` on hold, on credit if necessary. Raises ``NotAvailable``."""
        if amount > self.available:
            raise NotAvailable
        self._set_hold(reference, self._held_for(reference) + amount)

    def hold_own(self, reference: str, amount: Money) -> None:
        """Put ``amount`` on hold for a withdrawal, which credit cannot pay for. Raises ``NotAvailable``."""
        if amount > self.withdrawable:
            raise NotAvailable
        self.hold(reference, amount)

    def release(self, reference: str) -> None:
        self._set_hold(reference, Money.zero(self.balance.asset))

    def spend(self, reference: str, amount: Money) -> None:
        """Spend the hold of ``reference`` first, then the available balance. Raises ``NotAvailable``."""
        promised = self._held_for(reference)
        if amount > promised + self.available:
            raise NotAvailable
        self._set_hold(reference, max(promised - amount, Money.zero(self.balance.asset)))
        self.balance -= amount

    def _held_for(self, reference: str) -> Money:
        return self._holds.get(reference, Money.zero(self.balance.asset))

    def _set_hold(self, reference: str, amount: Money) -> None:
        self.held += amount - self._held_for(reference)
        if amount:
            self._holds[reference] = amount
        else:
            self._holds.pop(reference, None)
