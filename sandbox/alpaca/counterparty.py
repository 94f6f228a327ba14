"""The other side of every trade: it pays or is paid, and can bust a trade."""

from __future__ import annotations

import attrs

from domain.money import USD, Money
from sandbox.alpaca import sessions
from sandbox.alpaca.account import Account
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.amounts import trimmed
from sandbox.alpaca.commissions import Income
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.order import Execution, Order
from sandbox.alpaca.trade_events import TradeEvents
from sandbox.world import World


@attrs.define(kw_only=True)
class Counterparty:
    """
    ``takings`` is the cash that it received, ``delivered`` the shares that it gave.

    With them, the books of all accounts balance.
    """

    _world: World
    _activities: Activities
    _events: TradeEvents
    _income: Income
    takings: Money = Money.zero(USD)
    delivered: dict[str, Money] = attrs.field(factory=dict)

    def trade(
        self, order: Order, account: Account, execution: Execution, *, complete: bool
    ) -> None:
        """Move cash one way and shares the other. Raises ``NotAvailable`` and moves nothing."""
        self._move(order, account, execution)
        order.fill(
            execution.quantity, execution.price, complete=complete, at=self._world.clock.stamp()
        )
        order.executions.append(execution)
        self._charge(order, account)
        leaves = Money.zero(order.filled.asset) if complete else order.remaining(execution.price)
        self._record(order, account, execution, leaves=leaves, side=order.request.side)
        self._events.publish(order, self._details(order, account, execution))

    def bust(self, order: Order, account: Account, execution: Execution) -> None:
        """Undo one fill. Raises ``NotAvailable`` when the account no longer has what it would return."""
        self._undo(order, account, execution)
        self._record_undone(order, account, execution)
        details = self._details(order, account, execution)
        self._events.publish(order, {**details, "event": "trade_bust"})

    def correct(
        self, order: Order, account: Account, execution: Execution, corrected: Execution
    ) -> None:
        """Replace a fill with ``corrected``. Raises ``NotAvailable`` and changes nothing."""
        self._undo(order, account, execution)
        try:
            self._apply(order, account, corrected)
        except NotAvailable:
            self._apply(order, account, execution)
            raise
        self._record_undone(order, account, execution)
        nothing = Money.zero(order.filled.asset)
        self._record(order, account, corrected, leaves=nothing, side=order.request.side)
        details = self._details(order, account, corrected)
        previous = {"event": "trade_correct", "previous_execution_id": execution.id}
        self._events.publish(order, {**details, **previous})

    def pay(self, account: Account, amount: Money, *, kind: str, description: str) -> None:
        """Pay cash and receive nothing, as for a dividend."""
        self.takings -= amount
        account.cash.add(amount)
        self._activities.record_cash(account, kind=kind, amount=amount, description=description)

    def _undo(self, order: Order, account: Account, execution: Execution) -> None:
        back = attrs.evolve(execution, quantity=-execution.quantity)
        self._move(order, account, back)
        order.add(back.quantity, back.price)
        order.executions.remove(execution)
        order.updated_at = self._world.clock.stamp()

    def _apply(self, order: Order, account: Account, execution: Execution) -> None:
        self._move(order, account, execution)
        order.add(execution.quantity, execution.price)
        order.executions.append(execution)

    def _record_undone(self, order: Order, account: Account, execution: Execution) -> None:
        """guess: the statement shows a busted trade as a trade of the opposite side."""
        side = "sell" if order.request.is_buy else "buy"
        nothing = Money.zero(order.filled.asset)
        self._record(order, account, execution, leaves=nothing, side=side)

    def _move(self, order: Order, account: Account, execution: Execution) -> None:
        quantity, price = execution.quantity, execution.price
        cash = order.cash_after(quantity, price) - order.cash
        sign = 1 if order.request.is_buy else -1
        position = account.position(order.request.symbol)
        if sign * quantity.minor > 0:
            account.cash.spend(order.hold, cash if sign > 0 else -cash)
            position.buy(quantity if sign > 0 else -quantity, price)
        else:
            position.sell(order.hold, quantity if sign < 0 else -quantity)
            account.cash.add(cash if sign < 0 else -cash)
        self.takings += Money(sign * cash.minor, USD)
        before = self.delivered.get(order.request.symbol, Money.zero(quantity.asset))
        self.delivered[order.request.symbol] = before + Money(sign * quantity.minor, quantity.asset)

    def _charge(self, order: Order, account: Account) -> None:
        """Charge the commission, which for a sale is never more than its proceeds."""
        due = order.due() if order.request.is_buy else min(order.due(), order.cash - order.charged)
        if not due.is_positive:
            return
        account.cash.spend(order.hold, due)
        order.charged += due
        self._income.take(due)
        self._activities.record_cash(
            account, kind="FEE", amount=-due, description=f"commission of order {order.id}"
        )

    def _record(
        self, order: Order, account: Account, execution: Execution, *, leaves: Money, side: str
    ) -> None:
        self._activities.record_fill(
            account,
            {
                "type": "partial_fill" if order.status == "partially_filled" else "fill",
                "order_id": order.id,
                "order_status": order.status,
                "symbol": order.request.symbol,
                "side": side,
                "price": trimmed(execution.price),
                "qty": trimmed(execution.quantity),
                "cum_qty": trimmed(order.filled),
                "leaves_qty": trimmed(leaves),
            },
        )

    def _details(self, order: Order, account: Account, execution: Execution) -> dict[str, object]:
        today = self._world.clock.now().astimezone(sessions.NEW_YORK).date()
        shares = account.position(order.request.symbol).shares.balance
        return {
            "execution_id": execution.id,
            "price": trimmed(execution.price),
            "qty": trimmed(execution.quantity),
            "position_qty": trimmed(shares),
            "settle_date": sessions.settlement(today).isoformat(),
        }
