"""Placing, showing and cancelling orders for one symbol or a basket."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.money import Money
from domain.processes.facts.trading import CancelRequested
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.services.accounts.onboarding import OnboardingService
from domain.services.commits.limits import LimitService
from domain.services.commits.processes import ProcessService
from domain.services.trading.catalogue import Catalogue
from domain.trading.order import Order, OrderNotFound, OrderTerms, OrderType, Side
from domain.trading.reserve import expected_value, reserve, uses_last_price
from ports.exchange import Exchange
from ports.idempotency import MakeRecord
from ports.ids import Ids
from ports.ledger import Ledger
from ports.processes import Processes, of_kind


@attrs.frozen
class TradingService:
    _processes: Processes
    _commits: ProcessService
    _accounts: OnboardingService
    _catalogue: Catalogue
    _exchange: Exchange
    _ledger: Ledger
    _ids: Ids
    _limits: LimitService

    async def place(
        self, investor_id: InvestorId, *, terms: OrderTerms, idempotency: MakeRecord | None = None
    ) -> Order:
        """
        Reserve and place one order, in one commit.

        Raises ``UnknownInstrument``, ``NoPrice``, ``InsufficientFunds``, ``LimitExceeded`` or
        ``OnboardingRequired``.
        """
        onboarding = await self._accounts.onboarding(investor_id)
        (order,) = await self._orders(onboarding, [terms])
        decision = order_execution.place(order)
        await self._commits.open(decision, idempotency=idempotency, tier=onboarding.tier)
        return decision.record

    async def place_basket(
        self,
        investor_id: InvestorId,
        *,
        basket_id: str,
        notional: Money,
        idempotency: MakeRecord | None = None,
    ) -> Sequence[Order]:
        """
        Buy a basket: one order for each component, all reserved in one commit.

        The notional is split by weight to the last cent. Raises as ``place`` does, and ``InvalidOrder``
        when a component's part is too small to order.
        """
        basket = self._catalogue.basket(basket_id)
        parts = notional.split([component.weight_bps for component in basket.components])
        terms = [
            OrderTerms(symbol=component.symbol, side=Side.BUY, type=OrderType.MARKET, notional=part)
            for component, part in zip(basket.components, parts, strict=True)
        ]
        group_id = self._ids.new()
        onboarding = await self._accounts.onboarding(investor_id)
        orders = await self._orders(onboarding, terms)
        decisions = [
            order_execution.place(attrs.evolve(order, basket=basket.id, group_id=group_id))
            for order in orders
        ]
        await self._commits.open(*decisions, idempotency=idempotency, tier=onboarding.tier)
        return [decision.record for decision in decisions]

    async def cancel(
        self, investor_id: InvestorId, order_id: ProcessId, *, idempotency: MakeRecord | None = None
    ) -> Order:
        """Request the cancellation. Raises ``OrderNotFound`` or ``OrderNotOpen``."""
        await self.order(investor_id, order_id)
        record = await self._commits.apply(order_id, CancelRequested(), idempotency=idempotency)
        if not isinstance(record, Order):
            raise OrderNotFound
        return record

    async def order(self, investor_id: InvestorId, order_id: ProcessId) -> Order:
        """Raises ``OrderNotFound``, also for an order of another investor."""
        found = of_kind(await self._processes.get(order_id), Order, owner=investor_id)
        if found is None:
            raise OrderNotFound
        return found.record

    async def orders(
        self, investor_id: InvestorId, *, before: ProcessId | None, limit: int
    ) -> Sequence[Order]:
        found = await self._processes.of_investor(
            investor_id, kind=Order, before=before, limit=limit
        )
        return [each.record for each in found]

    async def basket_order(self, investor_id: InvestorId, group_id: str) -> Sequence[Order]:
        """The orders of one basket order. Raises ``OrderNotFound``, also for one of another investor."""
        orders = [each.record for each in await self._processes.of_group(group_id)]
        if not orders or any(order.investor_id != investor_id for order in orders):
            raise OrderNotFound
        return orders

    async def _orders(self, onboarding: Onboarding, terms: Sequence[OrderTerms]) -> list[Order]:
        onboarding.require_approved()
        for each in terms:
            await self._catalogue.require_tradable(each)
        symbols = [each.symbol for each in terms if uses_last_price(each)]
        prices = await self._exchange.prices(symbols) if symbols else {}
        return [await self._order(onboarding, each, last=prices.get(each.symbol)) for each in terms]

    async def _order(
        self, onboarding: Onboarding, terms: OrderTerms, *, last: Price | None
    ) -> Order:
        broker_account_id, _ = onboarding.require_approved()
        position = await self._position(onboarding.investor_id, terms)
        hold = reserve(terms, last=last, position=position)
        return Order(
            id=self._ids.new(),
            investor_id=onboarding.investor_id,
            broker_account_id=broker_account_id,
            terms=terms,
            hold=hold,
            filled=Money.zero(terms.asset),
            counted=self._limits.counting(expected_value(terms, hold=hold, last=last)),
        )

    async def _position(self, investor_id: InvestorId, terms: OrderTerms) -> Money:
        """The shares that are free to sell; only a sell for dollars needs them."""
        if terms.side is Side.BUY or terms.notional is None:
            return Money.zero(terms.asset)
        return await self._ledger.balance(Account(Role.SECURITY, investor_id, terms.asset))
