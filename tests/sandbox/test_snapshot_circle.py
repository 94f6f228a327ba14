"""Circle's state survives a restart: gas, keys, stuck transactions, settings."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.circle_customer import AMOY, AMOY_USDC, CircleCustomer
from tests.sandbox.providers_client import open_sandbox

CHEAP = {"feeLevel": None, "gasLimit": "65000", "maxFee": "20", "priorityFee": "10"}
MONITORED = "/v1/w3s/config/entity/monitoredTokens"


async def signature(circle: CircleCustomer, wallet_id: str) -> str:
    body = {"walletId": wallet_id, "message": "hello"}
    return str((await circle.signed("/v1/w3s/developer/sign/message", body)).data["signature"])


async def test_a_stuck_transfer_its_wallet_and_what_is_monitored_survive(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with open_sandbox(state) as providers:
        circle = providers.circle
        wallet = await circle.wallet(accountType="EOA")
        await circle.drip(wallet, usdc=True, native=True)
        await providers.advance(10)
        await circle.call("POST", MONITORED, {"tokenIds": [AMOY_USDC]})
        fee = {"blockchain": AMOY, "baseFee": "40"}
        assert (await circle.call("POST", "/v1/sandbox/baseFee", fee)).data == fee
        stuck = (await circle.transfer(wallet, "1", **CHEAP)).data["id"]
        await providers.advance(100)
        signed, books = await signature(circle, wallet["id"]), await providers.books()

    async with open_sandbox(state) as providers:
        circle = providers.circle
        assert await providers.books() == books
        assert await signature(circle, wallet["id"]) == signed
        assert (await circle.call("GET", MONITORED)).data["tokens"][0]["id"] == AMOY_USDC
        await circle.transaction_in("STUCK", stuck)
        await circle.signed(f"/v1/w3s/developer/transactions/{stuck}/accelerate", {})
        await providers.advance(100)
        done = await circle.transaction_in("COMPLETE", stuck)
        assert done["estimatedFee"]["baseFee"] == "40"
        assert await circle.held(wallet) == "9"
