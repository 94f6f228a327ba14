"""A developer at Circle, for tests: signs requests, makes wallets, receives webhooks."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp
import attrs
import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.support.waiting import eventually

API_KEY = "TEST_API_KEY:id:secret"
ENTITY_SECRET = bytes(range(32))
AMOY = "MATIC-AMOY"
AMOY_USDC = "36b6931a-873a-56a8-8a27-b706b17104ee"
SOME_ADDRESS = "0x" + "ab" * 20


@attrs.frozen
class Reply:
    status: int
    body: Any

    @property
    def data(self) -> Any:
        assert self.status in {200, 201}, self.body
        return self.body["data"]

    @property
    def code(self) -> int:
        """Circle's number for the refusal."""
        assert self.status >= 400, self.body
        return int(self.body["code"])


@attrs.define(kw_only=True)
class CircleCustomer:
    url: str
    http: aiohttp.ClientSession
    api_key: str = API_KEY
    _public_key: rsa.RSAPublicKey | None = None

    async def call(self, method: str, path: str, body: Any = None) -> Reply:
        async with self.http.request(
            method,
            self.url + path,
            data=None if body is None else orjson.dumps(body),
            headers={"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"},
        ) as response:
            content = await response.read()
            return Reply(response.status, orjson.loads(content) if content else None)

    async def ciphertext(self, secret: bytes = ENTITY_SECRET) -> str:
        if self._public_key is None:
            pem = (await self.call("GET", "/v1/w3s/config/entity/publicKey")).data["publicKey"]
            key = load_pem_public_key(pem.encode())
            assert isinstance(key, rsa.RSAPublicKey)
            self._public_key = key
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        return base64.b64encode(self._public_key.encrypt(secret, oaep)).decode()

    async def signed(self, path: str, body: Mapping[str, Any]) -> Reply:
        """POST with a fresh ciphertext and, unless the body has one, a fresh key."""
        complete = {
            "idempotencyKey": str(uuid.uuid4()),  # noqa: TID251 - a client makes its own keys
            "entitySecretCiphertext": await self.ciphertext(),
            **body,
        }
        return await self.call("POST", path, complete)

    async def wallet_set(self) -> str:
        reply = await self.signed("/v1/w3s/developer/walletSets", {"name": "investors"})
        return str(reply.data["walletSet"]["id"])

    async def wallets(self, **body: Any) -> Reply:
        asked = {"blockchains": [AMOY], "accountType": "SCA", **body}
        if "walletSetId" not in asked:
            asked["walletSetId"] = await self.wallet_set()
        return await self.signed("/v1/w3s/developer/wallets", asked)

    async def wallet(self, **body: Any) -> dict[str, Any]:
        wallets: list[dict[str, Any]] = (await self.wallets(**body)).data["wallets"]
        return wallets[0]

    async def transfer(self, wallet: Mapping[str, Any], amount: str, **body: Any) -> Reply:
        return await self.signed(
            "/v1/w3s/developer/transactions/transfer",
            {
                "walletId": wallet["id"],
                "tokenId": AMOY_USDC,
                "destinationAddress": SOME_ADDRESS,
                "amounts": [amount],
                "feeLevel": "MEDIUM",
                **body,
            },
        )

    async def drip(self, wallet: Mapping[str, Any], **wanted: bool) -> Reply:
        body = {"address": wallet["address"], "blockchain": wallet["blockchain"], **wanted}
        return await self.call("POST", "/v1/faucet/drips", body)

    async def transactions(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            await self.call("GET", f"/v1/w3s/transactions?{query}")
        ).data["transactions"]
        return found

    async def held(self, wallet: Mapping[str, Any]) -> str:
        reply = await self.call("GET", f"/v1/w3s/wallets/{wallet['id']}/balances?includeAll=True")
        return str(reply.data["tokenBalances"][0]["amount"])

    async def transaction_in(self, state: str, transaction_id: str) -> dict[str, Any]:
        """Wait until the transaction is in the state."""

        async def found() -> dict[str, Any] | None:
            path = f"/v1/w3s/transactions/{transaction_id}"
            transaction: dict[str, Any] = (await self.call("GET", path)).data["transaction"]
            return transaction if transaction["state"] == state else None

        arrived: dict[str, Any] = await eventually(found, state)
        return arrived
