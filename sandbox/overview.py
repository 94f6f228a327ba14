"""The dashboard's data in one answer of bounded size: the newest of everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from aiohttp import web

from sandbox import control_views as views
from sandbox.control_fields import Refused, respond
from sandbox.faults.traffic import Traffic
from sandbox.world import World

LIMIT_DEFAULT = 50
LIMIT_MAX = 500


@attrs.frozen(kw_only=True)
class Overview:
    """The handler of ``GET /sandbox/overview``."""

    _world: World
    _provider_books: Callable[[], dict[str, Any]]
    _traffic: Traffic

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/overview", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        limit = _limit(request.query.get("limit", str(LIMIT_DEFAULT)))
        deliveries = list(self._world.webhooks.history)[-limit:]
        return respond(
            {
                "clock": views.clock_view(self._world.clock),
                "books": newest(self._provider_books(), limit=limit),
                "webhooks": [views.delivery_view(each) for each in reversed(deliveries)],
                "requests": self._traffic.newest_first()[:limit],
                "counts": self._traffic.counts(),
                "faults": self._world.faults.views(),
            }
        )


def newest(books: Mapping[str, Any], *, limit: int) -> dict[str, Any]:
    """The providers' books with the newest ``limit`` items of each list, and the lists' lengths."""
    circle, due, alpaca = books["circle"], books["due"], books["alpaca"]
    accounts = [{"id": name, **book} for name, book in alpaca["accounts"].items()]
    lists = {
        "wallets": circle["wallets"],
        "transfers": due["transfers"],
        "customers": due["accounts"],
        "accounts": accounts,
        "journals": alpaca["journals"],
        "orders": alpaca["orders"],
    }
    latest = {name: rows[::-1][:limit] for name, rows in lists.items()}
    return {
        "circle": {"wallets": latest["wallets"], "transactions": circle["transactions"]},
        "due": {
            "usdc": due["usdc"],
            "usd": due["usd"],
            "transfers": latest["transfers"],
            "accounts": latest["customers"],
        },
        "alpaca": {name: latest[name] for name in ("accounts", "journals", "orders")},
        "totals": {name: len(rows) for name, rows in lists.items()},
    }


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= LIMIT_MAX:
        raise Refused("limit", f"must be from 1 to {LIMIT_MAX}")
    return int(text)
