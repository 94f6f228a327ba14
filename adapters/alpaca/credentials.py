"""Authentication at Alpaca: a key and secret, or a token obtained with them (alpaca.md §1)."""

from __future__ import annotations

import asyncio
import base64
from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

import attrs

from adapters.alpaca.contracts import OPERATIONS
from adapters.alpaca.errors import read_json, reading
from adapters.alpaca.settings import PROVIDER, AlpacaSettings
from adapters.http.message import Request
from adapters.http.transport import Transport
from ports.clock import Clock
from ports.errors import ProviderUnavailable

TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105 - a path
REFRESH_BEFORE = timedelta(seconds=60)


class Credentials(Protocol):
    @abstractmethod
    async def authorization(self) -> str:
        """The value of the Authorization header. Raises ``ProviderError``."""

    @abstractmethod
    def expire(self) -> bool:
        """Drop credentials that Alpaca rejected. True when new ones can be requested."""


@attrs.frozen
class BasicCredentials(Credentials):
    """HTTP Basic authentication with the key and secret."""

    _settings: AlpacaSettings

    async def authorization(self) -> str:
        pair = f"{self._settings.key}:{self._settings.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def expire(self) -> bool:
        return False


@attrs.frozen
class Token:
    value: str = attrs.field(repr=False)
    good_until: datetime


@attrs.define(kw_only=True)
class ClientCredentials(Credentials):
    """A bearer token valid for about 15 minutes, renewed a minute early; one renewal at a time."""

    _settings: AlpacaSettings
    _transport: Transport
    _clock: Clock
    _token: Token | None = attrs.field(default=None, init=False, repr=False)
    _renewing: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False, repr=False)

    async def authorization(self) -> str:
        async with self._renewing:
            if self._token is None or self._clock.now() >= self._token.good_until:
                self._token = await self._renew()
            return f"Bearer {self._token.value}"

    def expire(self) -> bool:
        self._token = None
        return True

    async def _renew(self) -> Token:
        """Raises ``ProviderUnavailable`` for any refusal, since the actual request was not sent yet."""
        request = self._token_request()
        asked_at = self._clock.now()
        response = await self._transport.send(request)
        if not response.ok:
            raise ProviderUnavailable(
                f"token refused: HTTP {response.status}",
                provider=PROVIDER,
                operation=request.operation,
            )
        with reading(request.operation):
            body = read_json(request, response)
            lifetime = timedelta(seconds=int(body["expires_in"]))
            return Token(str(body["access_token"]), asked_at + lifetime - REFRESH_BEFORE)

    def _token_request(self) -> Request:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.key,
            "client_secret": self._settings.secret,
        }
        return Request.of(
            OPERATIONS["authenticate"],
            provider=PROVIDER,
            method="POST",
            url=f"{self._settings.auth_url}{TOKEN_PATH}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )


def credentials_for(settings: AlpacaSettings, *, transport: Transport, clock: Clock) -> Credentials:
    if settings.auth == "oauth":
        return ClientCredentials(settings=settings, transport=transport, clock=clock)
    return BasicCredentials(settings)
