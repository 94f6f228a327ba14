"""Reading a control request, and refusing it with the name of the field that is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import DomainError
from domain.money import USDC, Asset, Money
from sandbox.chain import FAUCET, Output, is_address
from sandbox.circle.tokens import USDC_TOKENS
from sandbox.clock import REAL, STOPPED

OUTPUTS_MAX = 100
SPEED_MAX = 1_000_000.0
MODES = {"real": REAL, "stepped": STOPPED}


class Refused(Exception):
    """The request was not carried out; ``field`` is the wrong field."""

    def __init__(self, field: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"field": field, "message": message}}


def respond(body: Mapping[str, Any], *, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(body), status=status, content_type="application/json", charset="utf-8"
    )


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal, also the router's, in the control API's error format."""
    try:
        return await handler(request)
    except Refused as refused:
        return respond(refused.body, status=refused.status)
    except web.HTTPException as http:
        return respond(
            {"error": {"field": "path", "message": http.reason}}, status=http.status_code
        )


async def read_fields(request: web.Request) -> ControlFields:
    try:
        values = orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise Refused("body", f"not JSON: {error}") from None
    return ControlFields(values, "")


@attrs.frozen
class ControlFields:
    """One JSON object of a request and the path to it."""

    values: Any = attrs.field()
    path: str

    @values.validator
    def _require_object(self, _: object, values: Any) -> None:
        if not isinstance(values, dict):
            raise Refused(self.path or "body", "must be a JSON object")

    def number(self, name: str, *, maximum: float) -> float | None:
        """A number from 0 to ``maximum``, or None when absent."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(self.path + name, "must be a number")
        if not math.isfinite(value) or not 0 <= value <= maximum:
            raise Refused(self.path + name, f"must be from 0 to {maximum:g}")
        return float(value)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            raise Refused(self.path + name, "must be a non-empty string")
        return value

    def speed(self) -> float | None:
        """The clock's speed by ``mode`` and ``rate``, or by ``speed``; None when absent."""
        mode = self.text("mode") if "mode" in self.values else None
        rate = self.number("rate", maximum=SPEED_MAX)
        if mode == "accelerated":
            if not rate:
                raise Refused("rate", "an accelerated clock needs a rate above 0")
            return rate
        if rate is not None:
            raise Refused("rate", "only an accelerated clock has a rate")
        if mode is not None and mode not in MODES:
            raise Refused("mode", "must be real, accelerated or stepped")
        return self.number("speed", maximum=SPEED_MAX) if mode is None else MODES[mode]

    def blockchain(self) -> str:
        name = self.text("blockchain")
        if name not in USDC_TOKENS:
            raise Refused("blockchain", f"must be one of {', '.join(sorted(USDC_TOKENS))}")
        return name

    def address(self, name: str, blockchain: str) -> str:
        address = self.text(name)
        if not is_address(blockchain, address):
            raise Refused(self.path + name, f"not an address on {blockchain}")
        return address

    def outputs(self) -> list[Output]:
        """``destination`` and ``amount``, or a list of such pairs under ``outputs``."""
        blockchain, entries = self.blockchain(), self.values.get("outputs")
        if entries is None:
            return [self.output(blockchain)]
        if not isinstance(entries, list) or not 1 <= len(entries) <= OUTPUTS_MAX:
            raise Refused("outputs", f"must hold 1 to {OUTPUTS_MAX} entries")
        return [
            ControlFields(entry, f"outputs[{index}].").output(blockchain)
            for index, entry in enumerate(entries)
        ]

    def output(self, blockchain: str) -> Output:
        """One pair of destination and amount; the source is the faucet unless given."""
        destination = self.address("destination", blockchain)
        source = self.text("source") if "source" in self.values else FAUCET
        return Output(source=source, destination=destination, amount=self._amount())

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise Refused(self.path + name, "must be true or false")
        return value

    def money(self, name: str, asset: Asset) -> Money:
        """An amount, which may be negative."""
        try:
            return Money.of(self.text(name), asset)
        except DomainError as error:
            raise Refused(self.path + name, str(error)) from None

    def _amount(self) -> Money:
        amount = self.money("amount", USDC)
        if not amount.is_positive:
            raise Refused(self.path + "amount", "must be more than zero")
        return amount
