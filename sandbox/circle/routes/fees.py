"""Routes that estimate and validate a transaction without creating one."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.chain import is_address
from sandbox.circle.auth import TESTNET
from sandbox.circle.call_fields import CallFields
from sandbox.circle.errors import CircleRefusal, InvalidParameter, Why
from sandbox.circle.fees import LEVELS, SMART_ACCOUNT_GAS, TOKEN_TRANSFER, FeeMarket
from sandbox.circle.fields import Fields
from sandbox.circle.movement import Movement
from sandbox.circle.requests import data, read
from sandbox.circle.source_fields import read_wallet
from sandbox.circle.transfer_fields import TransferFields
from sandbox.circle.wallet import Wallet
from sandbox.circle.wallets import Wallets
from sandbox.world import World


@attrs.frozen(kw_only=True)
class FeeRoutes:
    world: World
    wallets: Wallets
    fees: FeeMarket

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/w3s/transactions/transfer/estimateFee", self.estimate_transfer),
            web.post("/v1/w3s/transactions/contractExecution/estimateFee", self.estimate_call),
            web.post("/v1/w3s/transactions/validateAddress", self.validate_address),
            web.get("/v1/w3s/developer/transactions/feeParameters", self.parameters),
        ]

    async def estimate_transfer(self, request: web.Request) -> web.Response:
        fields = await read(request)
        wallet = read_wallet(fields, self.wallets, address_field="sourceAddress")
        transfer = TransferFields(fields=fields, wallet=wallet)
        return self._estimate(wallet, transfer.movement(transfer.token()))

    async def estimate_call(self, request: web.Request) -> web.Response:
        fields = await read(request)
        wallet = read_wallet(fields, self.wallets, address_field="sourceAddress")
        call = CallFields(fields=fields, wallet=wallet)
        movement = call.movement()
        if call.reverts(self.world, movement):
            raise CircleRefusal(Why.CALL_REVERTS)
        return self._estimate(wallet, movement)

    def _estimate(self, wallet: Wallet, movement: Movement) -> web.Response:
        base_fee = self.fees.base_fee(wallet.blockchain)
        levels = {
            level: self.fees.level(wallet.blockchain, level, movement.gas.limit).view(base_fee)
            for level in LEVELS
        }
        return data(levels | (SMART_ACCOUNT_GAS if wallet.is_smart else {}))

    async def validate_address(self, request: web.Request) -> web.Response:
        fields = await read(request)
        blockchain = fields.blockchain().code
        return data({"isValid": is_address(blockchain, fields.text("address"))})

    async def parameters(self, request: web.Request) -> web.Response:
        query = Fields(values=request.query, testnet=request[TESTNET])
        blockchain = query.blockchain().code
        if request.query.get("accountType", "EOA") not in {"EOA", "SCA"}:
            raise InvalidParameter("accountType", "must be EOA or SCA", error="invalid_value")
        base_fee = self.fees.base_fee(blockchain)
        offers = {
            level: self.fees.level(blockchain, level, TOKEN_TRANSFER.limit) for level in LEVELS
        }
        return data({level: offer.prices(base_fee) for level, offer in offers.items()})
