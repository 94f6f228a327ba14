"""Placing, showing and cancelling orders for one symbol or a basket."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Role
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.trading import CancelRequested
from domain.processes.trading import order_execution
from domain.services.accounts.onboarding import OnboardingService
from domain.services.commits.limits import LimitService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from domain.services.trading.catalogue import Catalogue
from domain.services.trading.prices import PriceService
from domain.trading.last_trade import KnownPrice
from domain.trading.order import (
    ORDER_MIN,
    InvalidOrder,
    Order,
    OrderNotFound,
    OrderStage,
    OrderTerms,
    OrderType,
    Side,
)
from domain.trading.reserve import (
    expected_value,
    falls_short,
    needs_price,
    reserve,
    wants_price,
)
from ports.idempotency import MakeRecord
from ports.ids import Ids
from ports.ledger import Ledger
from ports.processes import Processes, of_kind


@attrs.frozen(kw_only=True)
class Owned:
    """Shares of one symbol: those that are free to sell, and all, with what orders hold."""

    free: Money
    total: Money

    def is_sold_by(self, terms: OrderTerms) -> bool:
        """Whether nothing is left; of a sale for more, the ledger says that there is not so much."""
        quantity = terms.quantity
        return terms.side is Side.SELL and quantity is not None and quantity >= self.total


@attrs.frozen
class TradingService:
    _processes: Processes
    _commits: ProcessService
    _accounts: OnboardingService
    _catalogue: Catalogue
    _prices: PriceService
    _ledger: Ledger
    _ids: Ids
    _limits: LimitService

    async def place(
        self, investor_id: InvestorId, *, terms: OrderTerms, idempotency: MakeRecord | None = None
    ) -> Order:
        """
        Reserve and place one order, in one commit.

        Raises ``UnknownInstrument``, ``InvalidOrder``, ``NoPrice``, ``PricesUnavailable``,
        ``InsufficientFunds``, ``LimitExceeded``, ``OnboardingRequired`` or ``StaleVersion``.
        """

        def decide(orders: Sequence[Order]) -> Sequence[Decision[Order]]:
            return [order_execution.place(order) for order in orders]

        (order,) = await self._open(investor_id, [terms], decide, idempotency)
        return order

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

        def decide(orders: Sequence[Order]) -> Sequence[Decision[Order]]:
            grouped = [attrs.evolve(o, basket=basket.id, group_id=group_id) for o in orders]
            return [order_execution.place(order) for order in grouped]

        return await self._open(investor_id, terms, decide, idempotency)

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

    async def _open(
        self,
        investor_id: InvestorId,
        terms: Sequence[OrderTerms],
        decide: Callable[[Sequence[Order]], Sequence[Decision[Order]]],
        idempotency: MakeRecord | None,
    ) -> Sequence[Order]:
        """Commit the orders only if the onboarding, and the tier with it, has not changed since."""

        async def attempt() -> Sequence[Order]:
            onboarding = await self._accounts.current(investor_id)
            decisions = decide(await self._orders(onboarding.record, terms))
            await self._commits.open(
                *decisions,
                idempotency=idempotency,
                tier=onboarding.record.tier,
                unchanged=(onboarding,),
            )
            return [decision.record for decision in decisions]

        return await until_current(attempt)

    async def _orders(self, onboarding: Onboarding, terms: Sequence[OrderTerms]) -> list[Order]:
        onboarding.require_approved()
        refused = await self._refused(onboarding.investor_id)
        for each in terms:
            if each.side is Side.BUY:
                await self._catalogue.require_tradable(each, refused=refused)
        needed = [each.symbol for each in terms if needs_price(each)]
        wanted = [each.symbol for each in terms if wants_price(each)]
        prices = {
            **await self._prices.known(wanted),
            **await self._prices.required(needed),
        }
        return [await self._order(onboarding, each, prices.get(each.symbol)) for each in terms]

    async def _order(
        self, onboarding: Onboarding, terms: OrderTerms, known: KnownPrice | None
    ) -> Order:
        broker_account_id, _ = onboarding.require_approved()
        owned = await self._owned(onboarding.investor_id, terms)
        last = known.price if known else None
        hold = reserve(terms, last=last, position=owned.free)
        fresh = None if known and known.is_stale else last
        if falls_short(terms, last=fresh) and not owned.is_sold_by(terms):
            raise InvalidOrder(
                f"the smallest order is {ORDER_MIN}, unless everything is sold", field="quantity"
            )
        return Order(
            id=self._ids.new(),
            investor_id=onboarding.investor_id,
            broker_account_id=broker_account_id,
            terms=terms,
            hold=hold,
            filled=Money.zero(terms.asset),
            counted=self._limits.counting(expected_value(terms, hold=hold, last=last)),
        )

    async def _owned(self, investor_id: InvestorId, terms: OrderTerms) -> Owned:
        """What a sale may draw on. Raises ``UnknownInstrument`` for what is neither owned nor listed."""
        none = Money.zero(terms.asset)
        if terms.side is Side.BUY:
            return Owned(free=none, total=none)
        found = await self._ledger.balances(investor_id)
        free, total = none, none
        for account, money in found.items():
            if account.asset == terms.asset and account.role in {Role.SECURITY, Role.HOLD}:
                total += money
                free += money if account.role is Role.SECURITY else none
        if not total:
            await self._catalogue.instrument(terms.symbol)
        return Owned(free=free, total=total)

    async def _refused(self, investor_id: InvestorId) -> Order | None:
        """The newest order of the investor that the broker refused."""
        found = await self._processes.of_investor(
            investor_id, kind=Order, stage=OrderStage.REJECTED.value, limit=1
        )
        return found[0].record if found else None
