"""Alpaca's own client against the sandbox: model portfolios, subscriptions and runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from alpaca.broker.enums import (
    DriftBandSubType,
    PortfolioStatus,
    RebalancingConditionsType,
    RunInitiatedFrom,
    RunStatus,
    RunType,
    WeightType,
)
from alpaca.broker.requests import (
    CreatePortfolioRequest,
    CreateRunRequest,
    CreateSubscriptionRequest,
    GetPortfoliosRequest,
    GetRunsRequest,
    GetSubscriptionsRequest,
    RebalancingConditions,
    UpdatePortfolioRequest,
    Weight,
)

from tests.sandbox.alpaca_sdk import Partner, open_partner

UNFINISHED = {RunStatus.QUEUED, RunStatus.IN_PROGRESS}


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


def weights(cash: float = 0, **assets: float) -> list[Weight]:
    reserve = [Weight(type=WeightType.CASH.value, percent=cash)] if cash else []
    shares = [
        Weight(type=WeightType.ASSET.value, symbol=symbol, percent=percent)
        for symbol, percent in assets.items()
    ]
    return reserve + shares


async def portfolio(partner: Partner, name: str, *shares: Weight) -> Any:
    request = CreatePortfolioRequest(
        name=name,
        description=f"the {name} one",
        weights=list(shares),
        cooldown_days=7,
        rebalance_conditions=[
            RebalancingConditions(
                type=RebalancingConditionsType.DRIFT_BAND,
                sub_type=DriftBandSubType.ABSOLUTE,
                percent=5,
            )
        ],
    )
    return await partner.ask(partner.client.create_portfolio, request)


async def follow(partner: Partner, account: UUID, followed: Any) -> Any:
    request = CreateSubscriptionRequest(account_id=account, portfolio_id=followed.id)
    return await partner.ask(partner.client.create_subscription, request)


async def finished(partner: Partner, run_id: UUID) -> Any:
    return await partner.until(
        lambda each: each.status not in UNFINISHED, partner.client.get_run_by_id, run_id
    )


async def latest(partner: Partner, account: UUID) -> Any:
    request = GetRunsRequest(account_id=account)
    runs = await partner.ask(partner.client.get_all_runs, request)
    return await finished(partner, runs[0].id)


async def holdings(partner: Partner, account: UUID) -> dict[str, Decimal]:
    held = await partner.ask(partner.client.get_all_positions_for_account, account)
    return {each.symbol: Decimal(each.market_value) for each in held}


async def test_a_portfolio_is_made_found_changed_and_retired(partner: Partner) -> None:
    client = partner.client
    safe = await portfolio(partner, "safe", *weights(cash=50, BND=50))
    bold = await portfolio(partner, "bold", *weights(NVDA=60, AMD=40))
    assert (safe.status, safe.cooldown_days) == (PortfolioStatus.ACTIVE, 7)
    assert [(each.symbol, each.percent) for each in safe.weights] == [(None, 50), ("BND", 50)]

    async def found(**fields: Any) -> list[UUID]:
        portfolios = await partner.ask(client.get_all_portfolios, GetPortfoliosRequest(**fields))
        return [each.id for each in portfolios]

    assert await partner.ask(client.get_all_portfolios) == [safe, bold]
    assert await found(symbol="AMD") == [bold.id]
    assert await found(name="safe") == [safe.id]
    change = UpdatePortfolioRequest(weights=weights(cash=10, BND=90))
    changed = await partner.ask(client.update_portfolio_by_id, safe.id, change)
    assert await partner.ask(client.get_portfolio_by_id, safe.id) == changed
    assert (changed.weights[1].percent, changed.name) == (90, "safe")
    wrong = UpdatePortfolioRequest(weights=weights(BND=90))
    assert (await partner.refused(client.update_portfolio_by_id, safe.id, wrong))[0] == 422
    assert await partner.ask(client.inactivate_portfolio_by_id, bold.id) is None
    assert await found(status=PortfolioStatus.ACTIVE) == [safe.id]


async def test_following_a_portfolio_divides_the_account_as_it_says(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    await partner.bought(account, "KO", 5)
    model = await portfolio(partner, "mixed", *weights(cash=20, BND=50, GLD=30))
    made = await follow(partner, account, model)
    run = await latest(partner, account)
    assert (run.status, run.initiated_from) == (
        RunStatus.COMPLETED_SUCCESS,
        RunInitiatedFrom.SYSTEM,
    )
    assert [each.side.value for each in run.orders] == ["sell", "buy", "buy"]
    held = await holdings(partner, account)
    assert held.keys() == {"BND", "GLD"}
    assert abs(held["BND"] - 500) <= Decimal("0.01")
    assert abs(held["GLD"] - 300) <= Decimal("0.01")
    assert abs(await partner.cash(account) - 200) <= Decimal("0.02")
    read = await partner.ask(client.get_subscription_by_id, made.id)
    assert read.last_rebalanced_at == run.completed_at
    refused = await partner.refused(client.inactivate_portfolio_by_id, model.id)
    assert refused[0] == 422
    again = CreateSubscriptionRequest(account_id=account, portfolio_id=model.id)
    assert (await partner.refused(client.create_subscription, again))[0] == 422


async def test_a_run_restores_the_weights_after_prices_moved_or_invests_what_came(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    model = await portfolio(partner, "half", *weights(BND=50, GLD=50))
    await follow(partner, account, model)
    await latest(partner, account)
    await partner.control("prices", {"BND": "108.96"})
    request = CreateRunRequest(
        account_id=account, type=RunType.FULL_REBALANCE, weights=model.weights
    )
    run = await finished(partner, (await partner.ask(client.create_manual_run, request)).id)
    assert run.initiated_from == RunInitiatedFrom.API
    held = await holdings(partner, account)
    assert abs(held["BND"] - held["GLD"]) <= Decimal("0.05")
    await partner.alpaca.fund_firm("100.00")
    await partner.journal(partner.firm, account, 100)
    request = CreateRunRequest(
        account_id=account, type=RunType.INVEST_CASH, weights=weights(BND=100)
    )
    run = await finished(partner, (await partner.ask(client.create_manual_run, request)).id)
    assert [(each.symbol, each.side.value) for each in run.orders] == [("BND", "buy")]
    assert await partner.cash(account) <= Decimal("0.05")
    found = GetRunsRequest(account_id=account, type=RunType.INVEST_CASH)
    assert [each.id for each in await partner.ask(client.get_all_runs, found)] == [run.id]


async def test_a_run_is_cancelled_before_and_during_its_orders(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    model = await portfolio(partner, "half", *weights(BND=50, GLD=50))
    clock = partner.alpaca.world.clock
    clock.set_speed(0)
    await follow(partner, account, model)
    (queued,) = await partner.ask(client.get_all_runs)
    assert queued.status == RunStatus.QUEUED
    assert await partner.ask(client.cancel_run_by_id, queued.id) is None
    clock.advance(1)
    request = CreateRunRequest(
        account_id=account, type=RunType.FULL_REBALANCE, weights=model.weights
    )
    run = await partner.ask(client.create_manual_run, request)
    clock.advance(1)
    await partner.ask(client.cancel_run_by_id, run.id)
    clock.advance(60)
    ended = {each.id: each.status for each in await partner.ask(client.get_all_runs)}
    assert ended == {queued.id: RunStatus.CANCELED, run.id: RunStatus.CANCELED_MID_RUN}
    assert (await partner.refused(client.cancel_run_by_id, run.id))[0] == 422
    shown = await partner.ask(client.get_trade_account_by_id, account)
    assert (shown.cash, shown.buying_power) == ("1000", "1000")


async def test_pages_of_subscriptions_visit_each_once_and_an_ended_one_is_gone(
    partner: Partner,
) -> None:
    client = partner.client
    model = await portfolio(partner, "cash", *weights(cash=100))
    made = [
        (await follow(partner, await partner.account(f"a{number}@example.org"), model)).id
        for number in range(5)
    ]
    request = GetSubscriptionsRequest(portfolio_id=model.id, limit=2)
    every = await partner.ask(client.get_all_subscriptions, request)
    assert [each.id for each in every] == made
    assert await partner.ask(client.unsubscribe_account, made[0]) is None
    left = await partner.ask(client.get_all_subscriptions)
    assert [each.id for each in left] == made[1:]
    refused = await partner.refused(client.get_subscription_by_id, made[0])
    assert refused[:2] == (404, 40410000)
