"""Alpaca's sandbox: reading only."""

from __future__ import annotations

import pytest

from adapters.alpaca.brokerage import AlpacaBrokerage
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.exchange import AlpacaExchange
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.ids import reference
from domain.money import USD

pytestmark = pytest.mark.live


async def test_the_firms_account_has_cash(alpaca: AlpacaClient) -> None:
    holdings = await AlpacaBrokerage.over(alpaca, clock=SystemClock()).holdings(None)
    assert holdings[str(USD)].asset == USD


async def test_stocks_can_be_traded_and_have_prices(alpaca: AlpacaClient) -> None:
    exchange = AlpacaExchange.over(alpaca)
    symbols = {each.symbol for each in await exchange.instruments()}
    assert "AAPL" in symbols
    assert (await exchange.last_trades(["AAPL"])).keys() == {"AAPL"}


async def test_nobody_knows_of_what_was_never_done(alpaca: AlpacaClient) -> None:
    process = SystemIds().new()
    brokerage, exchange = (
        AlpacaBrokerage.over(alpaca, clock=SystemClock()),
        AlpacaExchange.over(alpaca),
    )
    assert await brokerage.find_journal(reference(process, "journal"), provider_id=None) is None
    firm = alpaca.settings.firm_account_id
    assert await exchange.find_order(reference(process, "order"), account_id=firm) is None
