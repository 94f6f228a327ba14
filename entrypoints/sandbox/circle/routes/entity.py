"""Routes of the entity: its keys and secret, tokens, the test faucet, the health check."""

from __future__ import annotations

import attrs
from aiohttp import web

from entrypoints.sandbox.chain import FAUCET, Output, is_address
from entrypoints.sandbox.circle.entity_secret import EntitySecret
from entrypoints.sandbox.circle.errors import CircleRefusal, Why
from entrypoints.sandbox.circle.gate import respond
from entrypoints.sandbox.circle.requests import CREATED, data, path_id, read
from entrypoints.sandbox.circle.settings import CircleSandboxSettings
from entrypoints.sandbox.circle.tokens import USDC_TOKENS, token_by_id
from entrypoints.sandbox.world import World


@attrs.frozen(kw_only=True)
class EntityRoutes:
    world: World
    settings: CircleSandboxSettings
    secret: EntitySecret

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ping", self.ping),
            web.get("/v1/w3s/config/entity", self.entity),
            web.get("/v1/w3s/config/entity/publicKey", self.public_key),
            web.post("/v1/w3s/config/entity/entitySecret", self.register),
            web.get("/v1/w3s/tokens/{id}", self.token),
            web.post("/v1/faucet/drips", self.drip),
        ]

    async def ping(self, _: web.Request) -> web.Response:
        return respond({"message": "pong"})

    async def entity(self, _: web.Request) -> web.Response:
        return data({"appId": self.settings.app_id})

    async def public_key(self, _: web.Request) -> web.Response:
        return data({"publicKey": self.secret.public_key_pem})

    async def register(self, request: web.Request) -> web.Response:
        fields = await read(request)
        recovery_file = self.secret.register(fields.text("entitySecretCiphertext"))
        return data({"recoveryFile": recovery_file}, status=CREATED)

    async def token(self, request: web.Request) -> web.Response:
        return data({"token": token_by_id(path_id(request)).view()})

    async def drip(self, request: web.Request) -> web.Response:
        """Mint test USDC. Gas is sponsored here and EURC has no market, so neither is minted."""
        fields = await read(request)
        blockchain = fields.blockchain().code
        address = fields.text("address")
        if blockchain not in USDC_TOKENS:
            raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
        if not is_address(blockchain, address):
            raise fields.invalid("address", "is not an address", error="invalid_value")
        if fields.flag("usdc"):
            self.world.chain.send(blockchain, [Output(FAUCET, address, self.settings.drip)])
        return web.Response(status=204)
