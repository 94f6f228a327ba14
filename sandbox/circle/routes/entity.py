"""Routes of the entity: its keys and secret, tokens, the test faucet, the health check."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.assets import AssetOutput
from sandbox.chain import FAUCET, Output, is_address
from sandbox.circle.auth import respond
from sandbox.circle.entity_secret import EntitySecret
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.requests import CREATED, data, path_id, read
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.circle.tokens import (
    EURC_TOKENS,
    NATIVE_TOKENS,
    USDC_TOKENS,
    Token,
    token_by_id,
)
from sandbox.world import World


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
        """Mint the requested tokens. Raises 156027 for a token that the chain does not have."""
        fields = await read(request)
        blockchain = fields.blockchain().code
        address = fields.text("address")
        if not fields.testnet:
            raise CircleRefusal(Why.FORBIDDEN)
        if not is_address(blockchain, address):
            raise fields.invalid("address", "is not an address", error="invalid_value")
        wanted = [name for name in ("usdc", "native", "eurc") if fields.flag(name)]
        if not wanted:
            raise fields.invalid("native", "or usdc or eurc must be asked for", error="required")
        tokens = [_token(name, blockchain) for name in wanted]
        for token in tokens:
            self._mint(token, address)
        return web.Response(status=204)

    def _mint(self, token: Token, address: str) -> None:
        world, drip = self.world, self.settings.drip
        if token.is_usdc:
            world.chain.send(token.blockchain, [Output(FAUCET, address, drip)])
            return
        units = self.settings.drip_coins * 10**token.decimals if token.is_native else drip.minor
        world.assets.send(token.blockchain, [AssetOutput(token.asset(), FAUCET, address, units)])


def _token(name: str, blockchain: str) -> Token:
    kinds = {"usdc": USDC_TOKENS, "native": NATIVE_TOKENS, "eurc": EURC_TOKENS}
    if blockchain not in kinds[name]:
        raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
    return kinds[name][blockchain]
