"""Trades that the exchange busts or corrects after the fact."""

from __future__ import annotations

import attrs

from domain.money import Money
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.counterparty import Counterparty
from sandbox.alpaca.errors import Unprocessable
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.order import Execution, Order
from sandbox.world import World


@attrs.frozen(kw_only=True)
class Corrections:
    """
    Each acts on the last fill of an order, and publishes ``trade_bust`` or ``trade_correct``.

    guess: the order keeps its status; its filled quantity, its average, the time of its last change, the
    position and the cash follow.
    """

    _world: World
    _accounts: Accounts
    _counterparty: Counterparty

    def bust(self, order: Order) -> None:
        """Raises ``Unprocessable`` when there is no fill, or the account no longer has what it bought."""
        account = self._accounts.get(order.account_id)
        try:
            self._counterparty.bust(order, account, _last_fill(order))
        except NotAvailable:
            raise Unprocessable("the account does not have what it would give back") from None

    def correct(self, order: Order, *, price: Money, quantity: Money | None) -> None:
        """Give the last fill another price, and another quantity if one is given."""
        account, wrong = self._accounts.get(order.account_id), _last_fill(order)
        right = Execution(
            id=self._world.new_uuid(), quantity=quantity or wrong.quantity, price=price
        )
        try:
            self._counterparty.correct(order, account, wrong, right)
        except NotAvailable:
            raise Unprocessable("the account cannot bear the correction") from None


def _last_fill(order: Order) -> Execution:
    if not order.executions:
        raise Unprocessable("order has no fills")
    return order.executions[-1]
