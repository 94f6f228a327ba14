"""What an investor has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from domain.services.portfolio import AssetBalance, Position
from entrypoints.http.bodies import answer
from entrypoints.http.keys import application, caller
from entrypoints.http.paging import answer_all


async def balances(request: web.Request) -> web.Response:
    return answer_all(await application(request).portfolio.balances(caller(request)), view=_balance)


async def portfolio(request: web.Request) -> web.Response:
    found = await application(request).portfolio.portfolio(caller(request))
    return answer(
        {
            "cash": _balance(found.cash),
            "positions": [_position(position) for position in found.positions],
            "total": found.total,
        }
    )


def _balance(balance: AssetBalance) -> Mapping[str, Any]:
    """The asset is said once; ``kind`` tells a fund whose ticker is USD from the currency."""
    return {
        "asset": balance.asset.code,
        "kind": "share" if balance.asset.is_share else "currency",
        "available": balance.available.decimal,
        "held": balance.held.decimal,
        "incoming": balance.incoming.decimal,
        "outgoing": balance.outgoing.decimal,
        "dust": balance.dust.decimal,
        "owed": balance.owed.decimal,
    }


def _position(position: Position) -> Mapping[str, Any]:
    return {
        "symbol": position.symbol,
        "quantity": position.quantity,
        "price": position.price,
        "value": position.value,
    }
