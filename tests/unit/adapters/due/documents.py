"""Due's answers as its documents show them, and the adapter over a script of them."""

from __future__ import annotations

from typing import Any

import orjson

from adapters.due.accounts import DueAccounts
from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.recipients import Recipients
from adapters.due.settings import DueSettings
from adapters.due.transfers import Transfers
from adapters.http.message import Response
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from tests.support.transports import Answer, Scripted

WALLET = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-1", address="0x" + "aB" * 20)
SETTINGS = DueSettings(api_key="key", base_url="https://due.invalid")

WALLETS = [{"id": "wlt_1", "address": f"evm:{WALLET.address.lower()}"}]
RECIPIENTS = {
    "items": [
        {
            "id": "rcp_1",
            "details": {"schema": "bank_us", "accountNumber": SETTINGS.firm.account_number},
        }
    ],
    "next": None,
}
ADDRESS = {"details": {"address": "0xfeed", "schema": "evm"}}


def answer(document: Any, *, status: int = 200) -> Response:
    return Response(status=status, headers={}, body=orjson.dumps(document))


def refusal(code: str, *, status: int = 400) -> Response:
    return answer({"statusCode": status, "message": "no", "code": code}, status=status)


def quote(amount: str = "150.00") -> dict[str, Any]:
    return {
        "token": "eyJ",
        "source": {"rail": "polygon", "currency": "USDC", "amount": amount, "fee": "0.00"},
        "destination": {"rail": "ach", "currency": "USD", "amount": "147.50", "fee": "2.50"},
        "fxRate": 1,
        "expiresAt": "2026-03-02T15:02:00Z",
    }


def transfer(
    status: str = "awaiting_funds",
    *,
    source: dict[str, Any] | None = None,
    destination: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """Due's own sample of a transfer (due.md §8), with changes."""
    return {
        "id": "tf_2gh",
        "ownerId": "acct_1",
        "status": status,
        "source": {"amount": "150.00", "fee": "0.00", "currency": "USDC", **(source or {})},
        "destination": {
            "amount": "147.50",
            "fee": "2.50",
            "currency": "USD",
            **(destination or {}),
        },
        "fxRate": 1,
        "expiresAt": "2026-03-02T15:05:00.123456789Z",
        **fields,
    }


def client_over(*answers: Answer) -> tuple[DueClient, Scripted]:
    script = Scripted(answers)
    return DueClient(Calls(script, SETTINGS)), script


def transfers_over(*answers: Answer) -> tuple[Transfers, Scripted]:
    client, script = client_over(*answers)
    accounts = DueAccounts(client=client, app_url=SETTINGS.app_url)
    recipients = Recipients(client, SETTINGS.firm)
    return Transfers(client=client, accounts=accounts, recipients=recipients), script
