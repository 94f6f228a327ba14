"""Routes that answer questions about a transfer without making one."""

from __future__ import annotations

from typing import Any

import attrs
from aiohttp import web

from entrypoints.sandbox.chain import is_address
from entrypoints.sandbox.circle.errors import InvalidParameter
from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.gate import TESTNET
from entrypoints.sandbox.circle.requests import data, read
from entrypoints.sandbox.circle.transfer_fields import TransferFields
from entrypoints.sandbox.circle.wallets import Wallets

GAS_LIMIT = 65_000
BASE_FEE_GWEI = 30
PRIORITY_FEE_GWEI = {"low": 25, "medium": 30, "high": 40}
GWEI_PER_COIN = 10**9
SMART_ACCOUNT_GAS = {
    "callGasLimit": "65000",
    "verificationGasLimit": "100000",
    "preVerificationGas": "50000",
}


@attrs.frozen(kw_only=True)
class FeeRoutes:
    wallets: Wallets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/w3s/transactions/transfer/estimateFee", self.estimate),
            web.post("/v1/w3s/transactions/validateAddress", self.validate_address),
            web.get("/v1/w3s/developer/transactions/feeParameters", self.parameters),
        ]

    async def estimate(self, request: web.Request) -> web.Response:
        transfer = TransferFields(fields=await read(request), wallets=self.wallets)
        wallet = transfer.wallet("sourceAddress")
        transfer.token(wallet)
        transfer.amount()
        transfer.destination(wallet)
        extra = SMART_ACCOUNT_GAS if wallet.is_smart else {}
        return data({level: _estimate(level) | extra for level in PRIORITY_FEE_GWEI})

    async def validate_address(self, request: web.Request) -> web.Response:
        fields = await read(request)
        blockchain = fields.blockchain().code
        return data({"isValid": is_address(blockchain, fields.text("address"))})

    async def parameters(self, request: web.Request) -> web.Response:
        Fields(values=request.query, testnet=request[TESTNET]).blockchain()
        if request.query.get("accountType", "EOA") not in {"EOA", "SCA"}:
            raise InvalidParameter("accountType", "must be EOA or SCA", error="invalid_value")
        return data({level: _prices(level) for level in PRIORITY_FEE_GWEI})


def _max_fee(level: str) -> int:
    return 2 * BASE_FEE_GWEI + PRIORITY_FEE_GWEI[level]


def _prices(level: str) -> dict[str, Any]:
    """Prices in gwei; constant, since the sandbox's chains are never busy."""
    return {
        "gasPrice": str(BASE_FEE_GWEI + PRIORITY_FEE_GWEI[level]),
        "maxFee": str(_max_fee(level)),
        "priorityFee": str(PRIORITY_FEE_GWEI[level]),
        "baseFee": str(BASE_FEE_GWEI),
    }


def _estimate(level: str) -> dict[str, Any]:
    fee_gwei = GAS_LIMIT * _max_fee(level)
    fee = f"{fee_gwei // GWEI_PER_COIN}.{fee_gwei % GWEI_PER_COIN:09d}"
    return _prices(level) | {
        "gasLimit": str(GAS_LIMIT),
        "networkFee": fee,
        "networkFeeRaw": fee,
    }
