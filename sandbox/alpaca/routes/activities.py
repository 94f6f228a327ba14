"""Account statements over HTTP."""

from __future__ import annotations

from datetime import UTC, timedelta

import attrs
from aiohttp import web

from sandbox.alpaca.activities import EVERYONE, Activities, ActivityQuery
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.routes.wire import answer, names, read_query

PAGE_MAX = 100
CATEGORIES = ("trade_activity", "non_trade_activity")
# Sorts after every RFC 3339 timestamp.
END_OF_TIME = "9999"


@attrs.frozen(kw_only=True)
class ActivityRoutes:
    _activities: Activities

    def routes(self) -> list[web.RouteDef]:
        path = "/v1/accounts/activities"
        return [web.get(path, self.index), web.get(f"{path}/{{kind}}", self.index)]

    async def index(self, request: web.Request) -> web.Response:
        kind = request.match_info.get("kind")
        query = read_activity_query(read_query(request), types=(kind,) if kind else ())
        page = self._activities.page(query)
        full = len(page) == query.page_size
        headers = {"X-Next-Page-Token": str(page[-1]["id"])} if page and full else None
        return answer(page, headers=headers)


def read_activity_query(fields: Fields, *, types: tuple[str, ...]) -> ActivityQuery:
    after, until = _stamp(fields, "after") or "", _stamp(fields, "until") or END_OF_TIME
    day = fields.moment("date")
    if day is not None:
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        after, until = start.date().isoformat(), (start + timedelta(days=1)).date().isoformat()
    return ActivityQuery(
        account_id=fields.optional("account_id") or EVERYONE,
        types=types or names(fields, "activity_types"),
        category=fields.choice("category", CATEGORIES) if fields.optional("category") else None,
        order_id=fields.optional("order_id"),
        after=after,
        until=until,
        descending=fields.optional("direction") != "asc",
        page_token=fields.optional("page_token"),
        page_size=max(fields.count("page_size", default=PAGE_MAX, maximum=PAGE_MAX), 1),
    )


def _stamp(fields: Fields, name: str) -> str | None:
    moment = fields.moment(name)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None
