"""Routes that answer questions about a transfer without making one."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.sandbox.chain import is_address
from entrypoints.sandbox.circle.errors import InvalidParameter
from entrypoints.sandbox.circle.fees import LEVELS, SMART_ACCOUNT_GAS, estimate, prices
from entrypoints.sandbox.circle.fields import Fields
from entrypoints.sandbox.circle.gate import TESTNET
from entrypoints.sandbox.circle.requests import data, read
from entrypoints.sandbox.circle.transfer_fields import TransferFields
from entrypoints.sandbox.circle.wallets import Wallets


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
        return data({level: estimate(level) | extra for level in LEVELS})

    async def validate_address(self, request: web.Request) -> web.Response:
        fields = await read(request)
        blockchain = fields.blockchain().code
        return data({"isValid": is_address(blockchain, fields.text("address"))})

    async def parameters(self, request: web.Request) -> web.Response:
        Fields(values=request.query, testnet=request[TESTNET]).blockchain()
        if request.query.get("accountType", "EOA") not in {"EOA", "SCA"}:
            raise InvalidParameter("accountType", "must be EOA or SCA", error="invalid_value")
        return data({level: prices(level) for level in LEVELS})
