"""A node of each chain: the JSON-RPC calls that tell an address's USDC."""

from __future__ import annotations

from typing import Any

import attrs
import orjson
from aiohttp import web

from sandbox.circle.tokens import USDC_TOKENS
from sandbox.world import World

BALANCE_OF = "0x70a08231"
UNKNOWN_METHOD, INVALID = -32601, -32602


@attrs.frozen
class Nodes:
    """An unconfirmed transaction counts: each is in a block of its own at once."""

    world: World

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/{blockchain}", self.answer)]

    async def answer(self, request: web.Request) -> web.Response:
        call = orjson.loads(await request.read())
        try:
            result = self._result(request.match_info["blockchain"], call)
        except (LookupError, TypeError, ValueError):
            return _respond(call, error={"code": INVALID, "message": "invalid params"})
        if result is None:
            return _respond(call, error={"code": UNKNOWN_METHOD, "message": "method not found"})
        return _respond(call, result=result)

    def _result(self, blockchain: str, call: Any) -> Any:
        first, *rest = call["params"]
        token = (USDC_TOKENS[blockchain].address or "").lower()
        if call["method"] == "eth_call":
            if first["to"].lower() != token or not first["data"].startswith(BALANCE_OF):
                return "0x"
            units = self._units(blockchain, "0x" + first["data"][-40:])
            return f"0x{units:064x}"
        if call["method"] == "getTokenAccountsByOwner":
            units = self._units(blockchain, first) if rest[0]["mint"].lower() == token else 0
            amount = {"tokenAmount": {"amount": str(units), "decimals": 6}}
            held = {"account": {"data": {"parsed": {"info": amount}}}}
            return {"context": {"slot": 1}, "value": [held] if units else []}
        return None

    def _units(self, blockchain: str, address: str) -> int:
        return self.world.chain.balance(blockchain, address).minor


def _respond(call: Any, **outcome: Any) -> web.Response:
    body = {"jsonrpc": "2.0", "id": call.get("id"), **outcome}
    return web.Response(body=orjson.dumps(body), content_type="application/json")
