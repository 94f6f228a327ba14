"""Circle's HTTP interface: one method per endpoint, in Circle's own terms (circle.md §4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson

from adapters.circle.ciphertext import EntitySecret
from adapters.circle.contracts import KEY, OPERATIONS
from adapters.circle.errors import failure, refuses_ciphertext, understood
from adapters.circle.references import single_use_key
from adapters.circle.settings import PROVIDER, CircleSettings
from adapters.http.message import Request, Response
from adapters.http.refusals import NOT_FOUND
from adapters.http.transport import Transport, unanswered
from ports.errors import ProviderUnavailable

Document = Mapping[str, Any]

PAGE_SIZE = 50
PAGES_MAX = 200
SUBSCRIPTIONS = "/v2/notifications/subscriptions"


class CircleClient:
    """Every method raises ``ProviderError`` and returns the resource without Circle's envelope."""

    def __init__(self, settings: CircleSettings, *, transport: Transport) -> None:
        self.settings = settings
        self._transport = transport
        self._secret = EntitySecret(settings.entity_secret, fetch_key=self._entity_public_key)

    def wallet_sets(self) -> AsyncIterator[Any]:
        return self._list("list_wallet_sets", "/v1/w3s/walletSets", "walletSets")

    async def create_wallet_set(self, document: Document, *, key: str) -> Any:
        path = "/v1/w3s/developer/walletSets"
        return await self._create("create_wallet_set", path, document, key, "walletSet")

    async def create_wallets(self, document: Document, *, key: str) -> Any:
        path = "/v1/w3s/developer/wallets"
        return await self._create("create_wallets", path, document, key, "wallets")

    async def derive_wallet(self, wallet_id: str, *, code: str, ref_id: str) -> Any:
        """The wallet at the same address on another EVM chain, new or existing (circle.md §4)."""
        path = f"/v1/w3s/developer/wallets/{wallet_id}/blockchains/{code}"
        body = orjson.dumps({"metadata": {"refId": ref_id}})
        return await self._fetch(self._request("PUT", "derive_wallet", path, body=body), "wallet")

    async def wallets(self, ref_id: str) -> Any:
        """The wallets with this ``refId``."""
        params = {"refId": ref_id}
        return await self._get("find_wallets", "/v1/w3s/wallets", "wallets", params=params)

    async def wallet(self, wallet_id: str) -> Any:
        return await self._get("get_wallet", f"/v1/w3s/wallets/{wallet_id}", "wallet")

    async def screen(self, document: Document) -> Any:
        """
        Ask the Compliance Engine about an address. A new key each time, so that the answer is today's.

        Not in circle.md: Circle's quickstart "Assess the risk of wallet addresses".
        """
        path = "/v1/w3s/compliance/screening/addresses"
        body = orjson.dumps({**document, KEY: single_use_key()})
        return await self._fetch(self._request("POST", "screen_address", path, body=body))

    async def balances(self, wallet_id: str) -> Any:
        path = f"/v1/w3s/wallets/{wallet_id}/balances"
        return await self._get("get_balances", path, "tokenBalances")

    async def transfer(self, document: Document, *, key: str) -> Any:
        path = "/v1/w3s/developer/transactions/transfer"
        return await self._create("transfer", path, document, key)

    async def accelerate(self, transaction_id: str, *, key: str) -> Any:
        """Resubmit a stuck transaction with a higher fee."""
        path = f"/v1/w3s/developer/transactions/{transaction_id}/accelerate"
        return await self._create("accelerate", path, {}, key)

    async def transaction(self, transaction_id: str) -> Any | None:
        path = f"/v1/w3s/transactions/{transaction_id}"
        return await self._find("get_transaction", path, "transaction")

    def transactions(
        self, filters: Mapping[str, str], *, is_partial: bool = False
    ) -> AsyncIterator[Any]:
        path = "/v1/w3s/transactions"
        return self._list("list_transactions", path, "transactions", filters, is_partial=is_partial)

    async def signing_key(self, key_id: str) -> Any | None:
        """A public key for webhooks, or ``None`` when Circle has no such key (circle.md §9)."""
        return await self._find("get_signing_key", f"/v2/notifications/publicKey/{key_id}")

    async def subscriptions(self) -> Any:
        return await self._get("list_subscriptions", SUBSCRIPTIONS)

    async def subscribe(self, document: Document) -> Any:
        """Has no idempotency key: repeating it may subscribe twice."""
        body = orjson.dumps(document)
        return await self._fetch(self._request("POST", "subscribe", SUBSCRIPTIONS, body=body))

    async def _entity_public_key(self) -> str:
        path = "/v1/w3s/config/entity/publicKey"
        return str(await self._get("get_entity_public_key", path, "publicKey"))

    async def _create(
        self, operation: str, path: str, document: Document, key: str, *within: str
    ) -> Any:
        """
        A request with an idempotency key, safe to repeat; every try gets a new ciphertext.

        If Circle refuses the ciphertext, its public key may have changed since it was fetched.
        """
        request = await self._proven(operation, path, {**document, KEY: key})
        response = await self._transport.send(request)
        if refuses_ciphertext(response):
            self._secret.forget_key()
            request = await self._proven(operation, path, {**document, KEY: key})
            response = await self._transport.send(request)
        return _unwrap(request, response, within)

    async def _proven(self, operation: str, path: str, document: Document) -> Request:
        ciphertext = await self._secret.encryptor()

        def renew() -> bytes:
            return orjson.dumps({**document, "entitySecretCiphertext": ciphertext()})

        return self._request("POST", operation, path, renew=renew)

    async def _get(
        self, operation: str, path: str, *within: str, params: Mapping[str, str] | None = None
    ) -> Any:
        request = self._request("GET", operation, path, params=params or {})
        return await self._fetch(request, *within)

    async def _find(self, operation: str, path: str, *within: str) -> Any | None:
        request = self._request("GET", operation, path)
        response = await self._transport.send(request)
        return None if response.status == NOT_FOUND else _unwrap(request, response, within)

    async def _list(
        self,
        operation: str,
        path: str,
        name: str,
        filters: Mapping[str, str] | None = None,
        *,
        is_partial: bool = False,
    ) -> AsyncIterator[Any]:
        """
        Every item, page by page; of more than ``PAGES_MAX`` pages the first ones, if ``is_partial``.

        Raises ``ProviderUnavailable`` when there are too many pages otherwise.
        """
        params = {**(filters or {}), "pageSize": str(PAGE_SIZE)}
        for _ in range(PAGES_MAX):
            items = await self._get(operation, path, name, params=params)
            for item in items:
                yield item
            if len(items) < PAGE_SIZE:
                return
            params = {**params, "pageAfter": items[-1]["id"]}
        if not is_partial:
            raise ProviderUnavailable(
                f"more than {PAGES_MAX} pages", provider=PROVIDER, operation=operation
            )

    async def _fetch(self, request: Request, *within: str) -> Any:
        return _unwrap(request, await self._transport.send(request), within)

    def _request(self, method: str, operation: str, path: str, **rest: Any) -> Request:
        return Request.of(
            OPERATIONS[operation],
            provider=PROVIDER,
            method=method,
            url=f"{self.settings.base_url}{path}",
            headers={
                "Authorization": f"Bearer {self.settings.api_key}",
                "Content-Type": "application/json",
            },
            **rest,
        )


def _unwrap(request: Request, response: Response, within: Sequence[str]) -> Any:
    """The value under ``data`` and then the names ``within``. Raises ``ProviderError``."""
    if not response.ok:
        raise failure(request, response)
    with understood(lambda detail: unanswered(request, detail)):
        value = response.json()["data"]
        for name in within:
            value = value[name]
        return value
