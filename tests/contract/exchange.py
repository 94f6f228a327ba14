"""What every exchange must do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable

import pytest

from domain.ids import ProcessId, Reference, reference
from domain.money import USD, Asset, Money
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.quantity import Price
from domain.trading.order import OrderTerms, OrderType, Side
from ports.brokerage import Brokerage
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from ports.exchange import Exchange
from tests.contract.rigs import Rig, eventually

CASH = Money.of("500.00", USD)
AAPL = Asset.share("AAPL")
ORDER = reference(ProcessId("01920000-0000-7000-8000-00000000000a"), "order")
SELL = reference(ProcessId("01920000-0000-7000-8000-00000000000b"), "order")


def buy(notional: str) -> OrderTerms:
    return OrderTerms(
        symbol="AAPL", side=Side.BUY, type=OrderType.MARKET, notional=Money.of(notional, USD)
    )


def sell(quantity: Money) -> OrderTerms:
    return OrderTerms(symbol="AAPL", side=Side.SELL, type=OrderType.MARKET, quantity=quantity)


BUY_LOW = OrderTerms(
    symbol="AAPL",
    side=Side.BUY,
    type=OrderType.LIMIT,
    quantity=Money.of("1.5", AAPL),
    limit_price=Price.of("1.25"),
)


class ExchangeRig(Rig):
    """An exchange, and one approved account at it that holds ``CASH``."""

    account_id: str

    @property
    @abstractmethod
    def exchange(self) -> Exchange: ...

    @property
    @abstractmethod
    def brokerage(self) -> Brokerage:
        """The back office of the same broker."""

    async def cash(self) -> Money:
        return (await self.brokerage.holdings(self.account_id))["USD/2"]


class ExchangeContract:
    """Subclasses provide the fixture ``rig``. Market orders fill in time, ``BUY_LOW`` never."""

    async def place(
        self, rig: ExchangeRig, terms: OrderTerms, *, ref: Reference = ORDER, attempt: int = 1
    ) -> OrderReported:
        return await rig.exchange.place(
            ref, account_id=rig.account_id, terms=terms, attempt=attempt
        )

    def ended(
        self, rig: ExchangeRig, status: OrderStatus, ref: Reference = ORDER
    ) -> Callable[[], Awaitable[OrderReported | None]]:
        async def ask() -> OrderReported | None:
            report = await rig.exchange.find_order(ref, account_id=rig.account_id)
            return report if report and report.status is status else None

        return ask

    def cancelled(self, rig: ExchangeRig) -> Callable[[], Awaitable[OrderReported | None]]:
        async def ask() -> OrderReported | None:
            try:
                return await rig.exchange.cancel(ORDER, account_id=rig.account_id)
            except ProviderUnavailable:
                return None

        return ask

    async def test_a_dollar_amount_of_a_stock_is_bought(self, rig: ExchangeRig) -> None:
        placed = await self.place(rig, buy("100.00"))
        assert placed.reference == ORDER
        filled = await eventually(rig, self.ended(rig, OrderStatus.FILLED), OrderReported)
        assert filled.provider_id == placed.provider_id
        assert filled.filled.is_positive
        assert filled.filled.asset == AAPL
        assert filled.average_price is not None
        cost = filled.average_price.cost(filled.filled)
        assert Money.of("99.98", USD) <= cost <= Money.of("100.00", USD)
        holdings = await rig.brokerage.holdings(rig.account_id)
        assert holdings == {"USD/2": CASH - cost, "AAPL/9": filled.filled}

    async def test_shares_are_sold(self, rig: ExchangeRig) -> None:
        await self.place(rig, buy("100.00"))
        bought = await eventually(rig, self.ended(rig, OrderStatus.FILLED), OrderReported)
        await self.place(rig, sell(bought.filled), ref=SELL)
        sold = await eventually(rig, self.ended(rig, OrderStatus.FILLED, SELL), OrderReported)
        assert sold.filled == bought.filled
        assert await rig.cash() > CASH - Money.of("5.00", USD)

    async def test_the_same_reference_orders_once(self, rig: ExchangeRig) -> None:
        first = await self.place(rig, buy("100.00"))
        for attempt in (1, 2, 3):
            again = await self.place(rig, buy("100.00"), attempt=attempt)
            assert again.provider_id == first.provider_id
        await eventually(rig, self.ended(rig, OrderStatus.FILLED), OrderReported)
        assert await rig.cash() > CASH - Money.of("100.01", USD)

    async def test_an_order_whose_answer_was_lost_is_found(self, rig: ExchangeRig) -> None:
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.place(rig, BUY_LOW)
        found = await rig.exchange.find_order(ORDER, account_id=rig.account_id)
        assert found is not None
        again = await self.place(rig, BUY_LOW, attempt=2)
        assert again.provider_id == found.provider_id

    async def test_an_order_that_was_never_placed_is_not_found(self, rig: ExchangeRig) -> None:
        assert await rig.exchange.find_order(ORDER, account_id=rig.account_id) is None

    async def test_an_order_that_costs_too_much_is_refused_and_says_why(
        self, rig: ExchangeRig
    ) -> None:
        with pytest.raises(ProviderRejected) as refused:
            await self.place(rig, buy("500.01"))
        assert "insufficient" in refused.value.detail
        assert await rig.exchange.find_order(ORDER, account_id=rig.account_id) is None

    async def test_shares_that_are_not_held_cannot_be_sold(self, rig: ExchangeRig) -> None:
        with pytest.raises(ProviderRejected):
            await self.place(rig, sell(Money.of("0.5", AAPL)))

    async def test_an_open_order_is_cancelled(self, rig: ExchangeRig) -> None:
        await self.place(rig, BUY_LOW)
        ended = await eventually(rig, self.cancelled(rig), OrderReported)
        assert ended.status is OrderStatus.CANCELED
        assert not ended.filled
        assert ended.average_price is None
        assert await rig.cash() == CASH

    async def test_cancelling_too_late_or_twice_is_no_error(self, rig: ExchangeRig) -> None:
        await self.place(rig, buy("100.00"))
        filled = await eventually(rig, self.ended(rig, OrderStatus.FILLED), OrderReported)
        for _ in range(2):
            assert await rig.exchange.cancel(ORDER, account_id=rig.account_id) == filled
        assert await rig.exchange.find_order(ORDER, account_id=rig.account_id) == filled

    async def test_an_order_that_is_not_found_is_not_taken_for_cancelled(
        self, rig: ExchangeRig
    ) -> None:
        with pytest.raises(ProviderUnavailable):
            await rig.exchange.cancel(ORDER, account_id=rig.account_id)

    async def test_a_later_report_is_told_from_an_earlier_one(self, rig: ExchangeRig) -> None:
        placed = await self.place(rig, buy("100.00"))
        filled = await eventually(rig, self.ended(rig, OrderStatus.FILLED), OrderReported)
        assert filled.age.is_later(placed.age)
        assert placed.age.is_outdated(filled.age)
        assert (filled.side, filled.account_id) in {
            (Side.BUY, None),
            (Side.BUY, rig.account_id),
        }

    async def test_instruments_can_be_traded(self, rig: ExchangeRig) -> None:
        instruments = {each.symbol: each for each in await rig.exchange.instruments()}
        assert instruments["AAPL"].tradable
        assert instruments["AAPL"].fractionable

    async def test_prices_of_what_is_known(self, rig: ExchangeRig) -> None:
        trades = await rig.exchange.last_trades(["AAPL", "MSFT", "NOSUCH"])
        assert set(trades) == {"AAPL", "MSFT"}
        assert trades["AAPL"].price.value > 0
        assert trades["AAPL"].at.tzinfo is not None
        assert not await rig.exchange.last_trades([])

    async def test_a_throttle_says_when_to_come_back(self, rig: ExchangeRig) -> None:
        rig.throttle(retry_after_s=7)
        with pytest.raises(ProviderThrottled) as throttled:
            await self.place(rig, buy("100.00"))
        assert throttled.value.retry_after_s == 7

    async def test_an_unavailable_provider_is_not_a_refusal(self, rig: ExchangeRig) -> None:
        rig.be_unavailable()
        with pytest.raises(ProviderUnavailable):
            await self.place(rig, buy("100.00"))
        assert await rig.exchange.find_order(ORDER, account_id=rig.account_id) is None
