"""Authorized calls to Alpaca, and the meaning of their status."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import attrs
import orjson

from adapters.alpaca.contracts import OPERATIONS
from adapters.alpaca.credentials import Credentials
from adapters.alpaca.errors import failure, read_json
from adapters.alpaca.settings import PROVIDER, AlpacaSettings
from adapters.http.message import Request, Response
from adapters.http.refusals import NOT_FOUND, UNAUTHORIZED
from adapters.http.transport import Transport


@attrs.frozen(kw_only=True)
class AlpacaClient:
    """Builds requests, signs them and turns failures into ``ProviderError``."""

    settings: AlpacaSettings
    transport: Transport
    credentials: Credentials

    def read(
        self,
        path: str,
        *,
        operation: str,
        params: Mapping[str, str] | None = None,
        host: str | None = None,
    ) -> Request:
        return Request.of(
            OPERATIONS[operation],
            provider=PROVIDER,
            method="GET",
            url=f"{host or self.settings.base_url}{path}",
            params=params or {},
        )

    def write(
        self,
        path: str,
        *,
        operation: str,
        document: Mapping[str, Any],
        key: str | None = None,
    ) -> Request:
        """A POST."""
        headers = {"Content-Type": "application/json"}
        return Request.of(
            OPERATIONS[operation],
            provider=PROVIDER,
            method="POST",
            url=f"{self.settings.base_url}{path}",
            headers=headers if key is None else headers | {"Idempotency-Key": key},
            body=orjson.dumps(document),
        )

    def delete(self, path: str, *, operation: str) -> Request:
        return Request.of(
            OPERATIONS[operation],
            provider=PROVIDER,
            method="DELETE",
            url=f"{self.settings.base_url}{path}",
        )

    async def send(self, request: Request) -> Response:
        """Any response. Rejected credentials are renewed once, where that is possible."""
        response = await self.transport.send(await self._authorized(request))
        if response.status == UNAUTHORIZED and self.credentials.expire():
            return await self.transport.send(await self._authorized(request))
        return response

    async def fetch(self, request: Request) -> Any:
        """The JSON of a successful response. Raises ``ProviderError`` for any other."""
        response = await self.send(request)
        if not response.ok:
            raise failure(request, response)
        return read_json(request, response)

    async def find(self, request: Request) -> Any | None:
        """The JSON of a successful response, or None if the resource does not exist."""
        response = await self.send(request)
        if response.status == NOT_FOUND:
            return None
        if not response.ok:
            raise failure(request, response)
        return read_json(request, response)

    async def stream(self, request: Request) -> AsyncIterator[bytes]:
        """The lines of an event stream, opened with currently valid credentials."""
        return self.transport.stream(await self._authorized(request))

    async def _authorized(self, request: Request) -> Request:
        authorization = await self.credentials.authorization()
        return attrs.evolve(request, headers={**request.headers, "Authorization": authorization})
