"""Lines of the providers' books are removed, repeated and changed, with what they had moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.settings import SandboxSettings
from tests.sandbox.circle_customer import AMOY, CircleCustomer
from tests.sandbox.conftest import Sandbox
from tests.sandbox.providers_client import open_sandbox
from tests.sandbox.test_control import call

FIRM = SandboxSettings().alpaca.firm_account_id
CASH = {"account_id": FIRM, "activity_type": "CSD", "amount": "100.00"}
SHARES = {"account_id": FIRM, "activity_type": "SPLIT", "symbol": "AAPL", "qty": "2"}


async def test_cash_and_shares_at_the_broker_move_with_the_lines(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async def ask(method: str, path: str, body: Any = None) -> Any:
        status, answer = await call(http, sandbox, method, f"/entries/alpaca{path}", body)
        assert status < 300, answer
        return answer

    cash, shares = await ask("POST", "", CASH), await ask("POST", "", SHARES)
    await ask("POST", f"/{cash['id']}", {"amount": "90.00"})
    await ask("POST", f"/{cash['id']}/repeat", {})
    await ask("POST", f"/{shares['id']}/repeat", {"anonymous": True})
    await ask("DELETE", f"/{shares['id']}")
    await ask("POST", "", {**CASH, "amount": "-0.07", "listed": False})

    _, books = await call(http, sandbox, "GET", "/books")
    held, exchange = books["alpaca"]["accounts"][FIRM], books["alpaca"]["exchange"]
    assert (held["cash"], held["positions"]) == ("179.93", {"AAPL": "2.000000000"})
    assert (exchange["cash"], exchange["shares"]) == ("-179.93", {"AAPL": "2.000000000"})
    listed = (await ask("GET", f"?owner={FIRM}"))["entries"]
    assert [each["net_amount"] for each in listed] == ["90.00", "90.00", "0.00"]


async def test_the_chain_moves_with_the_custodians_transactions_and_a_restart_keeps_it(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    async with open_sandbox(state) as providers:
        circle: CircleCustomer = providers.circle
        wallet = await circle.wallet(accountType="EOA")
        await circle.drip(wallet, usdc=True)
        await providers.advance(10)
        path = "/sandbox/entries/circle"
        (arrival,) = (await providers.call("GET", f"{path}?owner={wallet['id']}"))["entries"]
        again = await providers.call("POST", f"{path}/{arrival['id']}/repeat", {})
        await providers.call("POST", f"{path}/{again['id']}", {"amount": "4"})
        await providers.call("DELETE", f"{path}/{arrival['id']}")
        silent = {"blockchain": AMOY, "address": wallet["address"], "amount": "-1"}
        assert (await providers.call("POST", path, silent))["held"] == "3.000000"
        books = await providers.books()
    async with open_sandbox(state) as providers:
        assert await providers.books() == books
        (left,) = (await providers.call("GET", f"{path}?owner={wallet['id']}"))["entries"]
        assert (left["id"], left["amounts"]) == (again["id"], ["4.000000"])


@pytest.mark.parametrize(
    ("asked", "body", "refusal"),
    [
        ("POST /alpaca", {**CASH, "amount": "-1.00"}, (400, "amount")),
        ("POST /alpaca", {**CASH, "amount": "1.001"}, (400, "amount")),
        ("POST /alpaca", {**CASH, "listed": "no"}, (400, "listed")),
        ("POST /alpaca", {**SHARES, "qty": "-1"}, (400, "qty")),
        ("POST /alpaca", {**CASH, "account_id": "x"}, (404, "account_id")),
        ("POST /alpaca", {"account_id": FIRM, "amount": "1.00"}, (400, "activity_type")),
        ("DELETE /alpaca/x", None, (404, "id")),
        ("POST /circle", {"blockchain": AMOY, "address": "x", "amount": "1"}, (400, "address")),
        ("POST /circle/x", {"amount": "1"}, (404, "id")),
        ("POST /due/x/repeat", {"anonymous": 1}, (400, "anonymous")),
        ("DELETE /due/x", None, (404, "id")),
        ("POST /due", {}, (404, "provider")),
        ("GET /harbor", None, (404, "provider")),
    ],
)
async def test_a_refusal_names_the_field_and_moves_nothing(
    sandbox: Sandbox,
    http: aiohttp.ClientSession,
    asked: str,
    body: Any,
    refusal: tuple[int, str],
) -> None:
    method, _, path = asked.partition(" ")
    _, before = await call(http, sandbox, "GET", "/books")
    status, answer = await call(http, sandbox, method, f"/entries{path}", body)
    assert (status, answer["error"]["field"]) == refusal
    assert (await call(http, sandbox, "GET", "/books"))[1] == before
