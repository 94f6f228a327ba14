"""All orders: accepting, cancelling, replacing and finding them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import partial

import attrs

from domain.money import Money, Rounding
from sandbox.alpaca.account import Account
from sandbox.alpaca.amounts import value
from sandbox.alpaca.errors import (
    AlpacaRefusal,
    Invalid,
    Missing,
    NotAllowed,
    Unprocessable,
)
from sandbox.alpaca.exchange import Exchange
from sandbox.alpaca.exits import read_exits
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.legs import Legs
from sandbox.alpaca.market import Market
from sandbox.alpaca.order import CANCELABLE, LIVE, Order
from sandbox.alpaca.order_request import OrderRequest
from sandbox.alpaca.order_requests import amend, check_cost_basis, read_order_request
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.trade_events import TradeEvents
from sandbox.world import World

RELATED_ORDERS_MAX = 20


@attrs.define(kw_only=True)
class Orders:
    """Indexed by id and by client order id within an account."""

    _world: World
    _settings: AlpacaSandboxSettings
    _market: Market
    _exchange: Exchange
    _legs: Legs
    _events: TradeEvents
    _by_account: dict[str, dict[str, Order]] = attrs.field(factory=lambda: defaultdict(dict))
    _by_client_id: dict[tuple[str, str], Order] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Order]:
        for orders in self._by_account.values():
            yield from orders.values()

    def of(self, account_id: str) -> Collection[Order]:
        """Every order of the account, oldest first."""
        return self._by_account[account_id].values()

    def live(self, account_id: str) -> list[Order]:
        """The orders that can still be cancelled."""
        return [order for order in self.of(account_id) if order.status in CANCELABLE]

    def find(self, order_id: str) -> Order:
        """An order of any account. Raises ``Missing``."""
        for orders in self._by_account.values():
            if order_id in orders:
                return orders[order_id]
        raise Missing(f"order not found for {order_id}")

    def get(self, account_id: str, order_id: str) -> Order:
        order = self._by_account[account_id].get(order_id)
        if order is None:
            raise Missing(f"order not found for {order_id}")
        return order

    def by_client_id(self, account_id: str, client_order_id: str) -> Order:
        order = self._by_client_id.get((account_id, client_order_id))
        if order is None:
            raise Missing(f"order not found for {client_order_id}")
        return order

    def place(self, account: Account, fields: Fields) -> Order:
        """Accept an order and put its greatest cost on hold. Raises ``AlpacaRefusal``."""
        request = self._read(account, fields)
        price = self._market.price(request.symbol)
        exits = read_exits(fields, request, price=price, new_id=self._world.new_uuid)
        return self._accept(account, request, exits=exits)

    def estimate(self, account: Account, fields: Fields) -> Order:
        """The order as if it had filled now; nothing is stored. Raises ``AlpacaRefusal``."""
        order = self._new_order(account, self._read(account, fields))
        price = self._market.price(order.request.symbol)
        order.fill(order.remaining(price), price, complete=True, at=order.created_at)
        return order

    def _read(self, account: Account, fields: Fields) -> OrderRequest:
        account.require_active()
        if account.configuration["suspend_trade"]:
            raise NotAllowed("trading is suspended for this account")
        request = read_order_request(
            fields,
            self._market.tradable(fields.text("symbol")),
            new_id=self._world.new_uuid(),
            notional_min=self._settings.notional_min,
        )
        if request.is_buy and not self._market.is_tradable(self._market.find(request.symbol)):
            # guess: a sale of what is held is still taken.
            raise Unprocessable(f'asset "{request.symbol}" is not tradable')
        if request.is_fractional and not account.configuration["fractional_trading"]:
            raise NotAllowed("fractional trading is not enabled for this account")
        self._check_worth(account, request)
        return request

    def _check_worth(self, account: Account, request: OrderRequest) -> None:
        """guess: the minimum holds for a quantity, too, but not for the sale of a whole position."""
        if request.quantity is None:
            return
        price = request.limit_price or self._market.price(request.symbol)
        is_closing = request.quantity == account.position(request.symbol).shares.balance
        if request.is_buy or not is_closing:
            cost = value(request.quantity, price, rounding=Rounding.DOWN)
            check_cost_basis(cost, self._settings.notional_min)

    def close_position(self, account: Account, symbol: str, quantity: Money) -> Order:
        """Sell ``quantity`` at the market."""
        order = {"symbol": symbol, "qty": quantity.decimal, "side": "sell"}
        return self.place(account, Fields(order | {"type": "market", "time_in_force": "day"}))

    def cancel(self, order: Order) -> None:
        """Cancel the order, which takes a moment. Raises ``Unprocessable``."""
        if order.status not in CANCELABLE:
            raise Unprocessable(f'order is already in "{order.status}" state')
        self._events.enter(order, "pending_cancel")
        self._world.clock.call_later(
            self._settings.cancel_delay_s, partial(self._exchange.end, order, "canceled")
        )

    def cancel_at_once(self, account: Account) -> None:
        """Cancel every open order; their holds are released when this returns."""
        for order in self.live(account.id):
            self._exchange.end(order, "canceled")

    def replace(self, account: Account, order: Order, fields: Fields) -> Order:
        """Replace an unfilled order with a changed one. Raises ``AlpacaRefusal``."""
        account.require_active()
        if order.status not in LIVE or order.filled:
            raise Unprocessable(f"order is not replaceable in status {order.status}")
        if order.legs or order.parent:
            raise Unprocessable("the sandbox replaces simple orders only")
        listing = self._market.tradable(order.request.symbol)
        request = amend(order.request, fields, listing, new_id=self._world.new_uuid())
        account.release(order.id, order.request.symbol)
        try:
            successor = self._accept(account, request, replaces=order)
        except AlpacaRefusal:
            self._hold(account, order.id, order.request)
            raise
        order.replaced_by = successor.id
        self._exchange.end(order, "replaced")
        return successor

    def _accept(
        self,
        account: Account,
        request: OrderRequest,
        *,
        exits: Sequence[OrderRequest] = (),
        replaces: Order | None = None,
    ) -> Order:
        if (account.id, request.client_order_id) in self._by_client_id:
            raise Invalid("client_order_id must be unique")
        self._refuse_wash_trade(account, request, replaces)
        order = self._new_order(account, request)
        order.replaces = None if replaces is None else replaces.id
        order.legs = [self._new_order(account, each, parent=order) for each in exits]
        self._hold(account, order.id, request)
        for each in (order, *order.legs):
            self._by_account[account.id][each.id] = each
            self._by_client_id[account.id, each.request.client_order_id] = each
        self._events.enter(order, "accepted")
        self._exchange.submit(order)
        self._legs.begin(order)
        return order

    def _new_order(
        self, account: Account, request: OrderRequest, parent: Order | None = None
    ) -> Order:
        at = self._world.clock.stamp()
        return Order(
            id=self._world.new_uuid(),
            account_id=account.id,
            asset_id=self._market.find(request.symbol).asset_id,
            request=request,
            created_at=at,
            updated_at=at,
            status="",
            filled=Money.zero(request.asset),
            stop=request.stop_at(self._market.price(request.symbol)),
            parent=parent,
        )

    def _refuse_wash_trade(
        self, account: Account, request: OrderRequest, replaces: Order | None
    ) -> None:
        """Refuse a trade of an account with itself (alpaca.md §1), except for the exits of an entry."""
        for other in self.live(account.id):
            same = other.request.symbol == request.symbol and other.request.side != request.side
            if same and other.parent is None and other is not replaces:
                if not request.meets(other.request):
                    continue
                raise NotAllowed(
                    "potential wash trade detected. use complex orders",
                    existing_order_id=other.id,
                    reject_reason="opposite side order exists",
                )

    def _hold(self, account: Account, reference: str, request: OrderRequest) -> None:
        price = self._market.price(request.symbol)
        if request.is_buy:
            self._hold_cash(account, reference, request.cost(price))
        else:
            self._hold_shares(account, reference, request.shares(price))

    def _hold_cash(self, account: Account, reference: str, cost: Money) -> None:
        try:
            account.cash.hold(reference, cost)
        except NotAvailable:
            raise NotAllowed(
                "insufficient buying power",
                buying_power=account.cash.available.decimal,
                cost_basis=cost.decimal,
            ) from None

    def _hold_shares(self, account: Account, reference: str, quantity: Money) -> None:
        symbol = quantity.asset.code
        shares = account.position(symbol).shares
        try:
            shares.hold(reference, quantity)
        except NotAvailable:
            related = [each.id for each in self.live(account.id) if each.request.symbol == symbol]
            raise NotAllowed(
                "insufficient qty available for order "
                f"(requested: {quantity.decimal}, available: {shares.available.decimal})",
                symbol=symbol,
                existing_qty=shares.balance.decimal,
                held_for_orders=shares.held.decimal,
                related_orders=related[:RELATED_ORDERS_MAX],
            ) from None
