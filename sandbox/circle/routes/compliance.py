"""The Compliance Engine's screening of an address, apart from any transaction."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.chain import is_address
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.requests import data, read
from sandbox.circle.screening import APPROVAL, rule_for
from sandbox.circle.wire_values import whole_second, wire_time
from sandbox.world import World


@attrs.frozen(kw_only=True)
class ComplianceRoutes:
    """guess: the result follows from the rule that a transaction to the address would meet."""

    world: World

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/w3s/compliance/screening/addresses", self.screen)]

    async def screen(self, request: web.Request) -> web.Response:
        fields = await read(request)
        fields.idempotency_key()
        blockchain, address = fields.blockchain("chain").code, fields.text("address")
        if not is_address(blockchain, address):
            raise CircleRefusal(Why.DESTINATION_INVALID)
        rule, at = rule_for(blockchain, address), wire_time(whole_second(self.world.clock))
        is_denied = rule is not None and rule.denies
        return data(
            {
                "id": self.world.new_uuid(),
                "result": "DENIED" if is_denied else "APPROVED",
                "decision": rule.view(address, at=at)
                if rule
                else {**APPROVAL, "screeningDate": at},
                "address": address,
                "chain": blockchain,
                "details": [],
            }
        )
