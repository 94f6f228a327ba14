"""Routes of signatures; they carry an entity secret ciphertext but no idempotency key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
from aiohttp import web

from sandbox.circle import signing
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fields import Fields
from sandbox.circle.requests import SignedRequests, data
from sandbox.circle.source_fields import read_wallet
from sandbox.circle.wallet import LIVE, Wallet
from sandbox.circle.wallets import Wallets

Signer = Callable[[Wallet, Fields], dict[str, Any]]


@attrs.frozen(kw_only=True)
class SigningRoutes:
    wallets: Wallets
    signed: SignedRequests

    def routes(self) -> list[web.RouteDef]:
        signers: dict[str, Signer] = {
            "message": signing.sign_message,
            "typedData": signing.sign_typed_data,
            "transaction": signing.sign_transaction,
            "delegateAction": signing.sign_delegate_action,
        }
        return [
            web.post(f"/v1/w3s/developer/sign/{name}", partial(self.sign, signer))
            for name, signer in signers.items()
        ]

    async def sign(self, signer: Signer, request: web.Request) -> web.Response:
        fields = await self.signed.read(request)
        wallet = read_wallet(fields, self.wallets, address_field="walletAddress")
        if wallet.state != LIVE:
            raise CircleRefusal(Why.WALLET_FROZEN)
        return data(signer(wallet, fields))
