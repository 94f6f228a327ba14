"""Providers' processing with other outcomes; their books always balance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.circle_customer import SOME_ADDRESS
from tests.sandbox.fault_client import FaultClient
from tests.sandbox.local_alpaca import application
from tests.sandbox.providers_client import FIRM, open_sandbox

BUY = {"symbol": "AAPL", "side": "buy", "type": "market", "time_in_force": "day"}


@pytest.fixture
async def faults() -> AsyncIterator[FaultClient]:
    """A sandbox whose broker's and off-ramp's equations hold at the end."""
    async with open_sandbox(None) as providers:
        faults = FaultClient(providers)
        await faults.fill_firm()
        yield faults
        _assert_balanced(await providers.books())


def _assert_balanced(books: Any) -> None:
    alpaca, usdc, usd = books["alpaca"], books["due"]["usdc"], books["due"]["usd"]
    cash = sum(Decimal(account["cash"]) for account in alpaca["accounts"].values())
    held = cash + Decimal(alpaca["exchange"]["cash"]) + Decimal(alpaca["income"])
    assert held == Decimal(alpaca["deposited"]) - Decimal(alpaca["withdrawn"])
    assert books["chain"]["minted"] == books["chain"]["held"]
    kept = ("unallocated", "in_process", "refunded", "rounding")
    out = ("paid_out", "returned", "fees")
    assert Decimal(usdc["taken_in"]) == sum(Decimal(usdc[name]) for name in kept) + sum(
        Decimal(usd[name]) for name in out
    )


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("circle-transaction-denied", "DENIED"),
        ("circle-transaction-failed", "FAILED"),
        ("circle-transaction-stuck", "STUCK"),
    ],
)
async def test_a_payment_ends_as_the_fault_says_and_nothing_leaves(
    faults: FaultClient, fault: str, state: str
) -> None:
    circle = faults.providers.circle
    wallet = await circle.wallet()
    await faults.providers.send(wallet["address"], "5")
    await faults.switch_on(fault)
    sent = (await circle.transfer(wallet, "2", destinationAddress=SOME_ADDRESS)).data
    await faults.providers.advance(3600)
    found = await circle.transaction_in(state, sent["id"])
    assert found["state"] == state
    assert await circle.held(wallet) == "5"


async def test_a_stuck_payment_goes_on_when_it_is_accelerated(faults: FaultClient) -> None:
    circle = faults.providers.circle
    wallet = await circle.wallet()
    await faults.providers.send(wallet["address"], "5")
    await faults.switch_on("circle-transaction-stuck")
    sent = (await circle.transfer(wallet, "2", destinationAddress=SOME_ADDRESS)).data
    await faults.providers.advance(3600)
    path = f"/v1/w3s/developer/transactions/{sent['id']}/accelerate"
    assert (await circle.signed(path, {})).status == 200
    await faults.providers.advance(60)
    await circle.transaction_in("COMPLETE", sent["id"])
    assert await circle.held(wallet) == "3"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("alpaca-account-rejected", "REJECTED"),
        ("alpaca-account-action-required", "ACTION_REQUIRED"),
    ],
)
async def test_a_review_at_the_broker_ends_as_the_fault_says(
    faults: FaultClient, fault: str, status: str
) -> None:
    await faults.switch_on(fault)
    account = await faults.providers.call("POST", "/alpaca/v1/accounts", application("a@b.c"))
    await faults.providers.advance(60)
    found = await faults.providers.call("GET", f"/alpaca/v1/accounts/{account['id']}")
    assert found["status"] == status


@pytest.mark.parametrize("status", ["rejected", "pending"])
async def test_a_journal_stays_where_the_fault_says_and_moves_nothing(
    faults: FaultClient, status: str
) -> None:
    account = await faults.providers.investor()
    await faults.switch_on(f"alpaca-journal-{status}")
    await faults.journal(account, amount="7")
    await faults.providers.advance(3600)
    assert [each["status"] for each in await faults.journals()] == [status]
    assert (await faults.providers.books())["alpaca"]["accounts"][account]["cash"] == "0.00"


async def _buy(faults: FaultClient, fault: str) -> tuple[str, Any]:
    """An account, and its order of 190.12 USD a share after the fault and a minute."""
    account = await faults.providers.investor()
    await faults.journal(account, amount="600")
    await faults.providers.advance(60)
    await faults.switch_on(fault)
    path = f"/alpaca/v1/trading/accounts/{account}/orders"
    order = await faults.providers.call("POST", path, {**BUY, "qty": "2"})
    await faults.providers.advance(60)
    return account, await faults.providers.call("GET", f"{path}/{order['id']}")


async def test_a_rejected_order_frees_what_it_held(faults: FaultClient) -> None:
    account, order = await _buy(faults, "alpaca-order-rejected")
    assert (order["status"], order["filled_qty"]) == ("rejected", "0")
    book = (await faults.providers.books())["alpaca"]["accounts"][account]
    assert (book["cash"], book["held"]) == ("600.00", "0.00")


async def test_a_partial_fill_is_followed_by_silence_until_somebody_cancels(
    faults: FaultClient,
) -> None:
    account, order = await _buy(faults, "alpaca-fill-partial")
    assert (order["status"], order["filled_qty"]) == ("partially_filled", "1")
    path = f"/alpaca/v1/trading/accounts/{account}/orders/{order['id']}"
    async with faults.providers.http.delete(
        faults.providers.url + path, headers={"APCA-API-KEY-ID": "a", "APCA-API-SECRET-KEY": "b"}
    ) as response:
        assert response.status == 204
    await faults.providers.advance(60)
    assert (await faults.providers.call("GET", path))["status"] == "canceled"


async def test_a_busted_fill_gives_back_the_cash_and_takes_the_shares(faults: FaultClient) -> None:
    account, order = await _buy(faults, "alpaca-fill-busted")
    book = (await faults.providers.books())["alpaca"]["accounts"][account]
    assert (order["filled_qty"], book["cash"], book["positions"]) == ("0", "600.00", {})
    told = [each["event"] for each in await faults.providers.trade_events(4, since="2000-01-01")]
    assert told == ["accepted", "new", "fill", "trade_bust"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("alpaca-event-dropped", ["accepted", "new"]),
        ("alpaca-event-repeated", ["accepted", "new", "fill", "fill"]),
    ],
)
async def test_an_event_is_told_as_often_as_the_fault_says(
    faults: FaultClient, fault: str, told: list[str]
) -> None:
    await _buy(faults, fault)
    events = await faults.providers.trade_events(len(told), since="2000-01-01")
    assert [each["event"] for each in events] == told
    assert len({each["event_id"] for each in events}) == len(set(told))


@pytest.mark.parametrize("status", ["rejected", "returned"])
async def test_an_outgoing_wire_comes_back_whole(faults: FaultClient, status: str) -> None:
    await faults.switch_on(f"alpaca-transfer-{status}")
    account = f"/alpaca/v1/accounts/{FIRM}"
    bank = {"name": "Due", "bank_code": "021000021", "bank_code_type": "ABA"}
    link = await faults.providers.call(
        "POST", f"{account}/recipient_banks", {**bank, "account_number": "700000000001"}
    )
    order = {"transfer_type": "wire", "bank_id": link["id"], "amount": "100"}
    await faults.providers.call("POST", f"{account}/transfers", {**order, "direction": "OUTGOING"})
    await faults.providers.advance(3600)
    books = await faults.providers.books()
    wire = next(each for each in books["alpaca"]["transfers"] if each["type"] == "wire")
    cash = books["alpaca"]["accounts"][FIRM]["cash"]
    assert (wire["status"], cash) == (status.upper(), "1000.00")


@pytest.mark.parametrize("status", ["failed", "resubmission_required"])
async def test_a_review_at_the_offramp_ends_as_the_fault_says(
    faults: FaultClient, status: str
) -> None:
    await faults.switch_on(f"due-account-{status.replace('_', '-')}")
    await faults.providers.due_account()
    (account,) = (await faults.providers.books())["due"]["accounts"]
    assert (account["kyc"]["status"], account["status"]) == (status, "onboarding")


@pytest.mark.parametrize(
    ("fault", "status", "paid_out", "back"),
    [
        ("due-transfer-manual-review", "manual_review", "0.00", "0.000000"),
        ("due-transfer-refunded", "refund_processed", "0.00", "502.500000"),
        ("due-transfer-failed", "failed", "0.00", "0.000000"),
        ("due-transfer-short", "payment_processed", "499.00", "0.000000"),
    ],
)
async def test_a_conversion_ends_as_the_fault_says(
    faults: FaultClient, fault: str, status: str, paid_out: str, back: str
) -> None:
    providers = faults.providers
    due, wallet = await providers.due_account(), await providers.circle.wallet(accountType="EOA")
    await providers.send(wallet["address"], "502.5")
    await faults.switch_on(fault)
    transfer, address = await providers.offramp(due, wallet["address"], "502.5")
    await providers.send(address, "502.5", source=wallet["address"])
    await providers.advance(3600)
    books = await providers.books()
    (found,) = [each for each in books["due"]["transfers"] if each["id"] == transfer]
    assert (found["status"], books["due"]["usd"]["paid_out"]) == (status, paid_out)
    assert books["due"]["usdc"]["refunded"] == back
