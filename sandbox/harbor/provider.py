"""Harbor over HTTP: a small fictitious off-ramp, described in docs/integrations/harbor.md."""

from __future__ import annotations

from typing import Any

import attrs
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from domain.money import USD, USDC, Money
from sandbox.harbor.errors import HarborRefusal, enveloped
from sandbox.harbor.ledger import Ledger
from sandbox.harbor.service import Service
from sandbox.harbor.settings import NETWORKS, HarborSandboxSettings
from sandbox.harbor.webhook_sender import HarborWebhookSender
from sandbox.world import World

API_KEY = "X-Api-Key"


@attrs.define(init=False)
class HarborSandbox:
    """Accepts every key that is not empty."""

    _service: Service
    _ledger: Ledger
    _webhooks: HarborWebhookSender

    def __init__(self, *, world: World, settings: HarborSandboxSettings) -> None:
        self._webhooks = HarborWebhookSender(world, settings.secret)
        self._ledger = Ledger(world=world, settings=settings, webhooks=self._webhooks)
        self._service = Service(
            world=world, settings=settings, webhooks=self._webhooks, ledger=self._ledger
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/customers", self.register),
            web.get("/v1/customers/{id}", self.customer),
            web.put("/v1/customers/{id}/wallets/{address}", self.link),
            web.post("/v1/quotes", self.quote),
            web.post("/v1/transfers", self.open),
            web.get("/v1/transfers", self.find),
            web.get("/v1/transfers/{id}", self.transfer),
            web.put("/v1/webhook", self.subscribe),
        ]

    def middlewares(self) -> list[Middleware]:
        return [enveloped, keyed]

    def books(self) -> dict[str, object]:
        return {
            "usdc": self._ledger.usdc.view(),
            "usd": self._ledger.usd.view(),
            "transfers": [each.view() for each in self._service.transfers.values()],
        }

    async def register(self, request: web.Request) -> web.Response:
        body = await _body(request)
        customer = self._service.register(
            reference=_text(body, "reference"), name=_text(body, "name")
        )
        return _answer(customer.view())

    async def customer(self, request: web.Request) -> web.Response:
        return _answer(self._service.customer(request.match_info["id"]).view())

    async def link(self, request: web.Request) -> web.Response:
        customer = self._service.customer(request.match_info["id"])
        self._service.link(customer, request.match_info["address"])
        return _answer(customer.view())

    async def quote(self, request: web.Request) -> web.Response:
        body = await _body(request)
        asset = USDC if _text(body, "side") == "sell" else USD
        pays = Money.of(_text(body, "amount"), asset)
        customer = self._service.customer(_text(body, "customer"))
        return _answer(self._service.quote(customer, pays).view())

    async def open(self, request: web.Request) -> web.Response:
        body = await _body(request)
        payout = body.get("payout")
        if not isinstance(payout, dict) or payout.get("network", "polygon") not in NETWORKS:
            raise HarborRefusal(422, "payout_invalid", "say where to pay to")
        transfer = self._service.open(
            quote_id=_text(body, "quote"),
            reference=_text(body, "reference"),
            source=str(body.get("source") or ""),
            payout=payout,
        )
        return _answer(transfer.view())

    async def find(self, request: web.Request) -> web.Response:
        found = self._service.find(request.query.get("reference", ""))
        return _answer({"items": [found.view()] if found else []})

    async def transfer(self, request: web.Request) -> web.Response:
        return _answer(self._service.transfer(request.match_info["id"]).view())

    async def subscribe(self, request: web.Request) -> web.Response:
        self._webhooks.url = _text(await _body(request), "url")
        return _answer({"url": self._webhooks.url})


@web.middleware
async def keyed(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not request.headers.get(API_KEY):
        raise HarborRefusal(401, "key_missing", f"{API_KEY} is missing")
    return await handler(request)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise HarborRefusal(400, "not_json", "a JSON object is needed")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise HarborRefusal(422, "field_missing", f"{name} is needed")
    return value


def _answer(view: dict[str, object]) -> web.Response:
    return web.Response(body=orjson.dumps(view), content_type="application/json")
