"""Announcements of corporate actions over HTTP, and the command that makes one."""

from __future__ import annotations

from datetime import date

import attrs
from aiohttp import web

from sandbox.alpaca.corporate_actions import RATE, Announcement, CorporateActions
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.market import Market
from sandbox.alpaca.routes.wire import answer, names, read_body, read_query

TYPES = frozenset({"dividend", "merger", "spinoff", "split"})
DATES = ("declaration_date", "ex_date", "record_date", "payable_date")
DAYS_MAX = 90


@attrs.frozen(kw_only=True)
class CorporateActionRoutes:
    """guess: paths and filters follow the official client; without a date type the ex date counts."""

    _market: Market
    _actions: CorporateActions

    def routes(self) -> list[web.RouteDef]:
        path = "/v1/corporate_actions/announcements"
        return [web.get(path, self.index), web.get(f"{path}/{{announcement_id}}", self.get)]

    def controls(self) -> list[web.RouteDef]:
        return [web.post("/v1/sandbox/dividends", self.declare)]

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        types = names(query, "ca_types")
        if not types or not TYPES.issuperset(types):
            raise Invalid(f"ca_types must be some of {', '.join(sorted(TYPES))}")
        since, until = _day(query, "since"), _day(query, "until")
        if not 0 <= (until - since).days <= DAYS_MAX:
            raise Invalid(f"the date range is limited to {DAYS_MAX} days")
        kind = query.choice("date_type", DATES, default="ex_date")
        found = [
            each.view()
            for each in self._actions
            if "dividend" in types
            and query.optional("symbol") in {None, each.symbol}
            and since <= _date_of(each, kind) <= until
        ]
        return answer(found)

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._actions.get(request.match_info["announcement_id"]).view())

    async def declare(self, request: web.Request) -> web.Response:
        """The sandbox's own command: ``{"symbol": "KO", "cash": "0.485"}`` announces a dividend."""
        fields = await read_body(request)
        cash = fields.amount("cash", RATE)
        if cash is None:
            raise Invalid("cash is required")
        symbol = self._market.tradable(fields.text("symbol")).symbol
        return answer(self._actions.declare(symbol, cash).view())


def _day(query: Fields, name: str) -> date:
    moment = query.moment(name)
    if moment is None:
        raise Invalid(f"{name} is required")
    return moment.date()


def _date_of(announcement: Announcement, kind: str) -> date:
    day: date = getattr(announcement, kind)
    return day
