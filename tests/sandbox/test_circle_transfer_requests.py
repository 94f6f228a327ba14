"""The sandbox's Circle: validation of transfer requests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.circle_customer import AMOY, AMOY_USDC, SOME_ADDRESS, CircleCustomer
from tests.sandbox.conftest import Sandbox
from tests.sandbox.faucet import funded


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amounts": ["10.000001"]}, 155201),
        ({"amounts": ["0"]}, 155221),
        ({"amounts": ["0.0000001"]}, 155221),
        ({"amounts": ["ten"]}, 155224),
        ({"amounts": ["1_0"]}, 155224),
        ({"amounts": ["9" * 30]}, 155221),
        ({"amounts": [1]}, 2),
        ({"amounts": []}, 2),
        ({"destinationAddress": "0x12"}, 155219),
        ({"tokenId": "bdf128b4-827b-5267-8f9e-243694989b5f"}, 155220),
        ({"tokenId": None}, 155228),
        ({"tokenId": "0c8f8485-f74f-5e28-80f2-3cc4e80ef71c"}, 155201),
        ({"feeLevel": None}, 155231),
        ({"feeLevel": None, "gasLimit": "21000", "gasPrice": "1"}, 155232),
        ({"gasLimit": "21000"}, 155234),
        ({"walletAddress": SOME_ADDRESS}, 155244),
        ({"walletId": None, "walletAddress": SOME_ADDRESS, "blockchain": AMOY}, 155226),
        ({"walletId": "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"}, 156001),
    ],
)
async def test_a_transfer_request_is_checked(
    sandbox: Sandbox, circle: CircleCustomer, change: dict[str, Any], code: int
) -> None:
    wallet = await funded(sandbox, circle, "10")
    assert (await circle.transfer(wallet, "1", **change)).code == code
    assert await circle.transactions("txType=OUTBOUND") == []


async def test_a_transfer_may_name_wallet_and_token_by_address(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "10")
    reply = await circle.transfer(
        wallet,
        "1",
        walletId=None,
        tokenId=None,
        walletAddress=wallet["address"],
        tokenAddress="0x41E94EB019C0762F9BFCF9FB1E58725BFB0E7582",
        blockchain=AMOY,
    )
    assert reply.data["state"] == "INITIATED"


async def test_an_estimate_and_an_address_check_change_nothing(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    asked = {
        "walletId": wallet["id"],
        "tokenId": AMOY_USDC,
        "destinationAddress": SOME_ADDRESS,
        "amounts": ["1"],
    }
    estimate = await circle.call("POST", "/v1/w3s/transactions/transfer/estimateFee", asked)
    valid = [
        (
            await circle.call(
                "POST",
                "/v1/w3s/transactions/validateAddress",
                {"blockchain": AMOY, "address": address},
            )
        ).data["isValid"]
        for address in (SOME_ADDRESS, "0x12")
    ]
    assert {"low", "medium", "high"} < estimate.data.keys()
    assert estimate.data["high"]["networkFee"] == "0.0065"
    assert estimate.data["callGasLimit"] == "65000"
    assert valid == [True, False]
    assert await circle.transactions() == []
