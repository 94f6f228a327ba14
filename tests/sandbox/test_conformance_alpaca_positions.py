"""Alpaca's own client against the sandbox: positions and their worth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from alpaca.broker.enums import JournalEntryType
from alpaca.broker.requests import CreateJournalRequest, LimitOrderRequest
from alpaca.trading.enums import OrderSide, TimeInForce
from alpaca.trading.models import FailedClosePositionDetails, Order
from alpaca.trading.requests import ClosePositionRequest, GetPortfolioHistoryRequest

from tests.sandbox.alpaca_sdk import Partner, open_partner


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


async def test_positions_show_cost_and_worth_by_symbol_and_by_id(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    await partner.bought(account, "KO", 2)
    await partner.bought(account, "F", 10)
    await partner.control("prices", {"KO": "70.00"})
    coke, ford = await partner.ask(client.get_all_positions_for_account, account)
    assert (coke.symbol, coke.qty, coke.cost_basis, coke.market_value) == (
        "KO",
        "2",
        "127.74",
        "140",
    )
    assert (coke.unrealized_pl, coke.lastday_price, coke.side.value) == ("12.26", "63.87", "long")
    assert (ford.symbol, ford.unrealized_pl) == ("F", "0")
    by_id = await partner.ask(client.get_open_position_for_account, account, coke.asset_id)
    assert by_id == coke
    refused = await partner.refused(client.get_open_position_for_account, account, "DIS")
    assert refused == (404, 40410000, "position does not exist")


async def test_the_positions_of_everyone_are_read_in_one_call(partner: Partner) -> None:
    ada = await partner.funded("100.00", "ada@example.org")
    await partner.funded("100.00", "bob@example.org")
    await partner.bought(ada, "KO", 1)
    every = await partner.ask(partner.client.get_all_accounts_positions)
    assert [(owner, [each.qty for each in held]) for owner, held in every.positions.items()] == [
        (str(ada), ["1"])
    ]


async def test_a_position_is_closed_by_quantity_by_part_and_whole(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    await partner.bought(account, "KO", 8)

    async def closed(request: ClosePositionRequest | None) -> Order:
        order = await partner.ask(client.close_position_for_account, account, "KO", request)
        ended: Order = await partner.ended(account, order.id)
        return ended

    assert (await closed(ClosePositionRequest(qty="2"))).filled_qty == "2"
    assert (await closed(ClosePositionRequest(percentage="50"))).filled_qty == "3"
    left = await partner.ask(client.get_open_position_for_account, account, "KO")
    assert left.qty == "3"
    assert (await closed(None)).filled_qty == "3"
    assert await partner.ask(client.get_all_positions_for_account, account) == []
    assert await partner.cash(account) == Decimal(1000)


async def test_after_closing_everything_nothing_is_left(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    await partner.bought(account, "KO", 2)
    await partner.bought(account, "F", 10)
    resting = LimitOrderRequest(
        symbol="KO", qty=1, limit_price=90, side=OrderSide.SELL, time_in_force=TimeInForce.GTC
    )
    await partner.order(account, resting)
    kept = await partner.ask(client.close_all_positions_for_account, account, cancel_orders=False)
    bodies = {each.symbol: (each.status, each.body) for each in kept}
    status, details = bodies["KO"]
    assert status == 403
    assert isinstance(details, FailedClosePositionDetails)
    assert (details.existing_qty, details.held_for_orders) == (2, 1)
    assert (bodies["F"][0], type(bodies["F"][1]).__name__) == (200, "Order")
    await partner.until(
        lambda found: [each.symbol for each in found] == ["KO"],
        client.get_all_positions_for_account,
        account,
    )
    (closing,) = await partner.ask(
        client.close_all_positions_for_account, account, cancel_orders=True
    )
    assert closing.status == 200
    await partner.until(lambda found: found == [], client.get_all_positions_for_account, account)
    assert await partner.ask(client.get_orders_for_account, account) == []
    assert await partner.cash(account) == Decimal(1000)


async def test_the_history_tells_gains_from_deposits() -> None:
    thursday = datetime(2026, 3, 5, 15, tzinfo=UTC)
    async with open_partner(start=thursday) as partner:
        client, clock = partner.client, partner.alpaca.world.clock
        account = await partner.funded("1000.00")
        await partner.bought(account, "KO", 10)
        clock.set_speed(0)
        clock.advance(24 * 3600)
        await partner.control("prices", {"KO": "73.87"})
        clock.advance(3600)
        request = GetPortfolioHistoryRequest(period="3D", timeframe="1D")
        history = await partner.ask(client.get_portfolio_history_for_account, account, request)
        assert history.timeframe == "1D"
        assert (history.base_value, history.equity) == (0, [0, 1000, 1100])
        assert history.profit_loss == [0, 0, 100]
        assert history.profit_loss_pct == [0, 0, 0.1]
        now = clock.now()
        assert history.timestamp == sorted(history.timestamp)
        assert history.timestamp[-1] == int(now.timestamp())
        hourly = GetPortfolioHistoryRequest(
            start=now - timedelta(hours=2), end=now, timeframe="15Min"
        )
        fine = await partner.ask(client.get_portfolio_history_for_account, account, hourly)
        assert (fine.base_value, fine.equity[0], fine.equity[-1]) == (1000, 1000, 1100)
        refused = await partner.refused(
            client.get_portfolio_history_for_account,
            account,
            GetPortfolioHistoryRequest(period="1X"),
        )
        assert refused[:2] == (422, 40010001)


async def test_a_dividend_goes_to_whoever_held_the_share_on_the_ex_date() -> None:
    thursday = datetime(2026, 3, 5, 15, tzinfo=UTC)
    async with open_partner(start=thursday) as partner:
        client, clock = partner.client, partner.alpaca.world.clock
        account = await partner.funded("1000.00")
        await partner.bought(account, "KO", 10)
        clock.set_speed(0)
        declared = await partner.control("dividends", {"symbol": "KO", "cash": "0.485"})
        assert (declared["ex_date"], declared["payable_date"]) == ("2026-03-06", "2026-03-10")
        partner.advance_to(datetime(2026, 3, 6, 15, tzinfo=UTC))
        gift = CreateJournalRequest(
            entry_type=JournalEntryType.CASH,
            from_account=account,
            to_account=partner.firm,
            amount=100,
        )
        await partner.ask(client.create_journal, gift)
        sold = await partner.ask(client.close_position_for_account, account, "KO")
        clock.advance(10)
        await partner.ended(account, UUID(str(sold.id)))
        before = await partner.cash(account)
        partner.advance_to(datetime(2026, 3, 10, 15, tzinfo=UTC))
        assert await partner.cash(account) == before + Decimal("4.85")
