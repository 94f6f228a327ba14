"""The sandbox's own API: move time, put transfers on chain, read all books, repeat a webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox import control_views as views
from sandbox.chain import InsufficientOnChain
from sandbox.control_fields import Refused, read_fields, refusals, respond
from sandbox.world import World

ADVANCE_S_MAX = 366 * 86_400.0
DELIVERIES_SHOWN_MAX = 200


@attrs.frozen(kw_only=True)
class Control:
    """Handlers under ``/sandbox``; nothing here exists at a provider."""

    world: World
    provider_books: Callable[[], dict[str, object]]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health", self.health),
            web.get("/clock", self.clock),
            web.post("/clock", self.set_clock),
            web.post("/chain/transfers", self.send),
            web.get("/chain/transfers", self.transfers),
            web.get("/chain/balances", self.balances),
            web.post("/chain/unseen", self.change_unseen),
            web.get("/books", self.books),
            web.get("/webhooks", self.webhooks),
            web.post("/webhooks/{message_id}/redeliver", self.redeliver),
        ]

    def middlewares(self) -> list[Middleware]:
        return [refusals]

    async def health(self, _: web.Request) -> web.Response:
        return respond({"status": "ok"})

    async def clock(self, _: web.Request) -> web.Response:
        return respond(views.clock_view(self.world.clock))

    async def set_clock(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        speed = fields.speed()
        advance_s = fields.number("advance_s", maximum=ADVANCE_S_MAX)
        if speed is None and advance_s is None:
            raise Refused("speed", "give mode, speed or advance_s")
        if speed is not None:
            self.world.clock.set_speed(speed)
        if advance_s is not None:
            self.world.clock.advance(advance_s)
        return respond(views.clock_view(self.world.clock))

    async def send(self, request: web.Request) -> web.Response:
        """Put one transaction on chain: a single transfer, or several as ``outputs``."""
        fields = await read_fields(request)
        blockchain, outputs = fields.blockchain(), fields.outputs()
        try:
            transfers = self.world.chain.send(blockchain, outputs)
        except InsufficientOnChain as short:
            raise Refused("source", f"{short} does not hold the amount") from None
        return respond(views.transaction_view(transfers), status=201)

    async def transfers(self, request: web.Request) -> web.Response:
        found = self.world.chain.transaction(request.query.get("tx_hash", ""))
        if not found:
            raise Refused("tx_hash", "no such transaction", status=404)
        return respond(views.transaction_view(found))

    async def change_unseen(self, request: web.Request) -> web.Response:
        """Put USDC at an address, or take it, without a provider's seeing it."""
        fields = await read_fields(request)
        blockchain, output = fields.blockchain(), fields.output(fields.blockchain())
        is_less = fields.values.get("direction") == "out"
        change = -output.amount if is_less else output.amount
        self.world.chain.change_unseen(blockchain, output.destination, change)
        found = views.balances_view(self.world.chain, blockchain, output.destination)
        return respond({"balances": found}, status=201)

    async def balances(self, request: web.Request) -> web.Response:
        blockchain, address = request.query.get("blockchain"), request.query.get("address")
        return respond({"balances": views.balances_view(self.world.chain, blockchain, address)})

    async def books(self, _: web.Request) -> web.Response:
        """Everything a conservation check needs, amounts as decimal strings."""
        books: dict[str, Any] = {
            "chain": views.chain_books(self.world.chain),
            "assets": views.asset_books(self.world.assets),
            "bank": views.bank_books(self.world.bank),
            **self.provider_books(),
        }
        return respond(books)

    async def webhooks(self, _: web.Request) -> web.Response:
        """The latest deliveries, newest first."""
        recent = list(self.world.webhooks.history)[-DELIVERIES_SHOWN_MAX:]
        return respond(
            {
                "deliveries": [views.delivery_view(each) for each in reversed(recent)],
                "dropped": self.world.webhooks.dropped,
            }
        )

    async def redeliver(self, request: web.Request) -> web.Response:
        again = self.world.webhooks.redeliver(request.match_info["message_id"])
        if not again:
            raise Refused("message_id", "no such message in the recent history", status=404)
        return respond({"deliveries": [views.delivery_view(each) for each in again]}, status=202)
