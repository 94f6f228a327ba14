"""The firm's own money, at the broker and in the treasury: what is paid twice is then really gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from entrypoints.cli.api import Api, until
from entrypoints.settings import Settings
from tests.support.stack import Stack

ENDOWMENT: Mapping[str, str] = {
    "Circle's wallets": "1000.000000",
    "on chain at those wallets": "1000.000000",
    "Alpaca, firm and investors": "1000.00",
}
"""What is at each place beyond what the ledger knows of."""
BANK = {
    "bank_account_type": "CHECKING",
    "bank_routing_number": "026009593",
    "bank_account_number": "5550001",
    "account_owner_name": "The Firm",
}


async def endow(stack: Stack) -> None:
    """Bring the endowment to where it belongs, and wait until it is there."""
    async with stack.sandbox() as sandbox:
        await _fill_treasury(sandbox)
        await _fill_firm_account(stack.settings())
        await until(lambda: sandbox.get("/sandbox/books"), _is_endowed, what="the firm's own money")


async def _fill_treasury(sandbox: Api) -> None:
    books = await until(
        lambda: sandbox.get("/sandbox/books"),
        lambda books: "MATIC-AMOY" in {each["blockchain"] for each in books["circle"]["wallets"]},
        what="the treasury",
    )
    (treasury,) = [
        each for each in books["circle"]["wallets"] if each["blockchain"] == "MATIC-AMOY"
    ]
    await sandbox.post(
        "/sandbox/chain/transfers",
        {
            "blockchain": "MATIC-AMOY",
            "destination": treasury["address"],
            "amount": ENDOWMENT["Circle's wallets"],
        },
    )


async def _fill_firm_account(settings: Settings) -> None:
    alpaca = settings.alpaca
    account = f"{alpaca.base_url}/v1/accounts/{alpaca.firm_account_id}"
    login = {"APCA-API-KEY-ID": alpaca.key, "APCA-API-SECRET-KEY": alpaca.secret}
    async with aiohttp.ClientSession(headers=login, raise_for_status=True) as client:
        async with client.post(f"{account}/ach_relationships", json=BANK) as answer:
            relationship = await answer.json()
        order = {
            "transfer_type": "ach",
            "relationship_id": relationship["id"],
            "amount": ENDOWMENT["Alpaca, firm and investors"],
            "direction": "INCOMING",
        }
        async with client.post(f"{account}/transfers", json=order):
            pass


def _is_endowed(books: Any) -> bool:
    cash = {account["cash"] for account in books["alpaca"]["accounts"].values()}
    held = {wallet["held"] for wallet in books["circle"]["wallets"]}
    at_broker, at_circle = ENDOWMENT["Alpaca, firm and investors"], ENDOWMENT["Circle's wallets"]
    return at_broker in cash and at_circle in held
