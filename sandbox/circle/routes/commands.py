"""Commands that only the sandbox has: the price of gas, frozen wallets, collectibles."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.assets import AssetOutput
from sandbox.chain import FAUCET, is_address
from sandbox.circle.decimals import NotADecimal, NotAnAmount, decimal_of
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.mempool import Mempool
from sandbox.circle.requests import CREATED, data, path_id, read
from sandbox.circle.tokens import COLLECTIBLES
from sandbox.circle.wallet import FROZEN, LIVE
from sandbox.circle.wallets import Wallets
from sandbox.world import World

COUNT_MAX = 1_000_000


@attrs.frozen(kw_only=True)
class CommandRoutes:
    world: World
    wallets: Wallets
    mempool: Mempool

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/sandbox/baseFee", self.move_base_fee),
            web.post("/v1/sandbox/wallets/{id}/state", self.change_state),
            web.post("/v1/sandbox/nfts", self.mint),
        ]

    async def move_base_fee(self, request: web.Request) -> web.Response:
        fields = await read(request)
        try:
            base_fee = decimal_of(fields.text("baseFee"))
        except (NotADecimal, NotAnAmount):
            raise fields.invalid("baseFee", "must be gwei", error="invalid_format") from None
        if base_fee < 0:
            raise fields.invalid("baseFee", "must not be negative", error="min_value")
        blockchain = fields.blockchain().code
        self.mempool.move_base_fee(blockchain, base_fee)
        return data({"blockchain": blockchain, "baseFee": fields.text("baseFee")})

    async def change_state(self, request: web.Request) -> web.Response:
        wallet = self.wallets.get(path_id(request))
        wallet.state = (await read(request)).choice("state", (LIVE, FROZEN))
        return data({"wallet": wallet.view()})

    async def mint(self, request: web.Request) -> web.Response:
        """Mint a collectible to an address."""
        fields = await read(request)
        blockchain, address = fields.blockchain().code, fields.text("address")
        if blockchain not in COLLECTIBLES:
            raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
        if not is_address(blockchain, address):
            raise fields.invalid("address", "is not an address", error="invalid_value")
        token = COLLECTIBLES[blockchain]
        count = fields.count("amount", default=1, maximum=COUNT_MAX)
        asset = token.asset(fields.text("nftTokenId"))
        self.world.assets.send(blockchain, [AssetOutput(asset, FAUCET, address, count)])
        return data({"token": token.view()}, status=CREATED)
