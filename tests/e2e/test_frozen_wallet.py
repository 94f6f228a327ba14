"""The custodian freezes the wallet that pays everybody, or would if it were asked to pay somebody."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from entrypoints.cli.api import Api, ApiError, until
from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.stack import Stack

SANCTIONED = "999999999999"
TREASURY = """
    SELECT state ->> 'provider_id' FROM processes
     WHERE kind = 'Wallet' AND investor_id = 'firm' AND state ->> 'chain' = 'polygon'
"""


async def freeze(circle: Api, wallet_id: str, state: str) -> None:
    await circle.post(f"/v1/sandbox/wallets/{wallet_id}/state", {"state": state})


@pytest.mark.situation(
    "Circle freezes the treasury wallet while a withdrawal is under way",
    must="new withdrawals are refused before a debit; the old one waits, and is paid after the release",
)
async def test_a_frozen_treasury_refuses_the_new_and_pays_the_old_when_released(
    stack: Stack, ann: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.funded()
    address = f"0x{secrets.token_hex(20)}"
    await ann.may_withdraw_to(address)
    wish = {"amount": "50.00", "chain": "polygon", "destination": address}
    treasury = await books.pool.fetchval(TREASURY)
    async with stack.circle() as circle:
        first = await ann.api.post("/v1/withdrawals", wish)
        path = f"/v1/withdrawals/{first['id']}"
        await freeze(circle, treasury, "FROZEN")
        try:
            refused = await until(
                lambda: refusal(ann, {**wish, "amount": "20.00"}), bool, what="a refusal"
            )
            assert refused == (409, "ERR_5007")
            await ann.reaches(path, "onramp_settled")
        finally:
            await freeze(circle, treasury, "LIVE")
    await ann.reaches(path, "completed")
    again = await until(lambda: accepted(ann, wish), bool, what="a withdrawal after the release")
    await ann.reaches(f"/v1/withdrawals/{again}", "completed")
    assert await ann.on_chain(address) == "99.000000"
    was("409 ERR_5007, then completed, and the next one too")


async def refusal(ann: Investor, wish: dict[str, str]) -> tuple[int, str] | None:
    """How a withdrawal is refused; one that is not is stopped by there being too little money."""
    wish = {**wish, "amount": "5000.00"}
    status, code, _ = await ann.refused("POST", "/v1/withdrawals", wish)
    return (status, code) if code != "ERR_5902" else None


async def accepted(ann: Investor, wish: dict[str, str]) -> str:
    try:
        return str((await ann.api.post("/v1/withdrawals", wish))["id"])
    except ApiError as refused:
        if refused.problem["code"] != "ERR_5007":
            raise
        return ""


@pytest.mark.situation(
    "an investor names an address that Circle would freeze the paying wallet for",
    must="refused when it is saved; withdrawals of others go on",
)
async def test_a_sanctioned_address_is_refused_when_it_is_saved(
    stack: Stack, ann: Investor, eve: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.funded()
    await eve.walk.register()
    await eve.walk.step_up()
    body = {
        "chain": "polygon",
        "address": f"0x{secrets.token_hex(14)}{SANCTIONED}",
        "label": "mine",
    }
    refused = await eve.refused("POST", "/v1/payout-addresses", body)
    assert refused == (422, "ERR_5008", ["address"])
    async with stack.circle() as circle:
        wallet_id = await books.pool.fetchval(TREASURY)
        wallet = (await circle.get(f"/v1/w3s/wallets/{wallet_id}"))["data"]["wallet"]
    assert wallet["state"] == "LIVE"
    address = f"0x{secrets.token_hex(20)}"
    await ann.may_withdraw_to(address)
    wish = {"amount": "50.00", "chain": "polygon", "destination": address}
    requested = await ann.api.post("/v1/withdrawals", wish)
    await ann.reaches(f"/v1/withdrawals/{requested['id']}", "completed")
    was("422 ERR_5008 naming the address; the wallet is live, another withdrawal completed")
