"""The few parts of an application that a test of HTTP itself needs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import attrs

from adapters.memory.clock import ManualClock
from adapters.memory.ids import SequentialIds
from adapters.memory.rate_limiter import InMemoryRateLimiter
from adapters.memory.request_context import InMemoryCurrentRequest
from domain.accounts.roles import Caller
from domain.ids import InvestorId, ProcessId
from domain.services.trading.catalogue import Catalogue
from domain.trading.instrument import Basket, Component, Instrument
from entrypoints.application import Application
from entrypoints.settings import Allowance, HttpSettings, LimitSettings
from ports.health import Probe
from ports.identity import InvalidToken
from ports.rate_limit import RateLimiter
from ports.request_context import CurrentRequest

BASKET = Basket(
    id="chips",
    name="Chips",
    description="Two makers of chips.",
    components=(
        Component(symbol="NVDA", weight_bps=6000),
        Component(symbol="INTC", weight_bps=4000),
    ),
)
ROOM = Allowance(calls=1_000_000, window_s=60)
LIMITS = LimitSettings(auth=ROOM, trading=ROOM, money=ROOM, reads=ROOM)
SETTINGS = HttpSettings(host="127.0.0.1", port=0, public_url="http://127.0.0.1")
BEARER = {"Authorization": "Bearer let-me-in"}


class OneCaller:
    """Sessions that know one token."""

    async def caller(self, access_token: str) -> Caller:
        if access_token != "let-me-in":
            raise InvalidToken
        identity = "11111111-1111-7111-8111-111111111111"
        return Caller(investor_id=InvestorId(identity), session_id=ProcessId(identity))


class Listings:
    """An exchange that lists what it was given, or fails so."""

    def __init__(self, *symbols: str, failure: Exception | None = None) -> None:
        self.symbols = symbols
        self.failure = failure

    async def instruments(self) -> list[Instrument]:
        if self.failure:
            raise self.failure
        return [
            Instrument(
                symbol=symbol,
                name=f"The {symbol} Company",
                exchange="NYSE",
                tradable=True,
                fractionable=True,
            )
            for symbol in self.symbols
        ]


class Letterbox:
    """A mailroom that shows what came in."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.received: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.refusal = refusal

    async def receive(self, source: str, *, body: bytes, headers: Mapping[str, str]) -> None:
        if self.refusal:
            raise self.refusal
        self.received.append((source, body, headers))


@attrs.define(kw_only=True)
class StubProbe(Probe):
    name: str = "store"
    critical: bool = True
    failure: Exception | None = None
    hangs: bool = False
    asked: int = 0

    async def check(self) -> None:
        self.asked += 1
        await (asyncio.Event().wait() if self.hangs else asyncio.sleep(0))
        if self.failure:
            raise self.failure


@attrs.frozen(kw_only=True)
class _Parts:
    sessions: Any
    catalogue: Catalogue
    webhooks: Any
    limiter: RateLimiter
    current_request: CurrentRequest


def an_application(
    *,
    listings: Listings | None = None,
    mailroom: Letterbox | None = None,
    limiter: RateLimiter | None = None,
) -> Application:
    catalogue = Catalogue(
        cast(Any, listings or Listings("AAPL")), ManualClock(), SequentialIds(), (BASKET,)
    )
    parts = _Parts(
        sessions=OneCaller(),
        catalogue=catalogue,
        webhooks=mailroom or Letterbox(),
        limiter=limiter or InMemoryRateLimiter(ManualClock()),
        current_request=InMemoryCurrentRequest(),
    )
    return cast(Application, parts)
