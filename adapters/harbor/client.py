"""Harbor's API, one method per endpoint (harbor.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs
import orjson

from adapters.harbor import errors, wire
from adapters.harbor.contracts import OPERATIONS
from adapters.harbor.settings import PROVIDER, HarborSettings
from adapters.http.message import Request, Response
from adapters.http.refusals import NOT_FOUND
from adapters.http.transport import Transport

T = TypeVar("T")
Document = Mapping[str, Any]


@attrs.frozen
class HarborClient:
    """A method that returns None for some refusal says for which; all raise ``ProviderError``."""

    transport: Transport
    settings: HarborSettings

    async def create_customer(self, document: Document) -> wire.Customer:
        """The customer; the same one for the same ``reference``."""
        request = self._request("POST", "create_customer", "/v1/customers", document=document)
        return await self._fetch(request, wire.Customer)

    async def customer(self, customer_id: str) -> wire.Customer:
        request = self._request("GET", "get_customer", f"/v1/customers/{customer_id}")
        return await self._fetch(request, wire.Customer)

    async def link_wallet(self, customer_id: str, address: str) -> None:
        path = f"/v1/customers/{customer_id}/wallets/{address}"
        await self._fetch(self._request("PUT", "link_wallet", path, document={}), object)

    async def quote(self, document: Document) -> wire.Quote:
        request = self._request("POST", "quote", "/v1/quotes", document=document)
        return await self._fetch(request, wire.Quote)

    async def create_transfer(self, document: Document) -> wire.Transfer | None:
        """The transfer, the same one for the same ``reference``; None when the quote has expired."""
        request = self._request("POST", "create_transfer", "/v1/transfers", document=document)
        response = await self.transport.send(request)
        if errors.code_of(response) == errors.STALE_QUOTE:
            return None
        return _understood(request, response, wire.Transfer)

    async def transfer(self, transfer_id: str) -> wire.Transfer | None:
        """None when there is no such transfer."""
        request = self._request("GET", "get_transfer", f"/v1/transfers/{transfer_id}")
        response = await self.transport.send(request)
        if response.status == NOT_FOUND:
            return None
        return _understood(request, response, wire.Transfer)

    async def find_transfer(self, reference: str) -> wire.Transfer | None:
        """The transfer with our reference, if there is one."""
        params = {"reference": reference}
        request = self._request("GET", "find_transfer", "/v1/transfers", params=params)
        found = await self._fetch(request, wire.Found)
        return found.items[0] if found.items else None

    async def subscribe(self, url: str) -> None:
        """Harbor has a single webhook URL; this replaces it."""
        request = self._request("PUT", "subscribe", "/v1/webhook", document={"url": url})
        await self._fetch(request, object)

    async def _fetch(self, request: Request, into: type[T]) -> T:
        return _understood(request, await self.transport.send(request), into)

    def _request(
        self,
        method: str,
        operation: str,
        path: str,
        *,
        document: Document | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Request:
        return Request.of(
            OPERATIONS[operation],
            provider=PROVIDER,
            method=method,
            url=f"{self.settings.base_url}{path}",
            headers={"X-Api-Key": self.settings.api_key, "Content-Type": "application/json"},
            params=params or {},
            body=None if document is None else orjson.dumps(document),
        )


def _understood(request: Request, response: Response, into: type[T]) -> T:
    if not response.ok:
        raise errors.failure(request, response)
    try:
        document = response.json()
        return document if into is object else wire.read(document, into)
    except ValueError as wrong:
        raise errors.unknown(str(wrong), operation=request.operation) from wrong
