"""Foreign exchange, open to all callers and rate limited for all (due.md §1 and §7)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.fx import Exchange
from sandbox.due.routes.table import Route

MARKET = "/fx/markets/{base}/{quote}"


@attrs.frozen
class ForeignExchange:
    _exchange: Exchange

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/fx/markets", self._markets, is_keyed=False, per_minute=60),
            Route("GET", MARKET, self._market, is_keyed=False, per_minute=120),
            Route("GET", f"{MARKET}/history", self._history, is_keyed=False, per_minute=30),
            Route("POST", "/fx/quote", self._quote, is_keyed=False, per_minute=100),
        ]

    def _markets(self, _: Call) -> object:
        return self._exchange.markets()

    def _market(self, call: Call) -> object:
        return self._exchange.now(self._exchange.market(**call.path))

    def _history(self, call: Call) -> object:
        market = self._exchange.market(**call.path)
        return self._exchange.history(market, call.query.get("interval") or "1h")

    def _quote(self, call: Call) -> object:
        return self._exchange.quote(call.body)
