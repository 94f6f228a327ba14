"""Routes of monitored tokens."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from sandbox.chain import address_key
from sandbox.circle.fields import Fields
from sandbox.circle.monitored_tokens import SCOPES, MonitoredTokens
from sandbox.circle.paging import Page, page_of
from sandbox.circle.requests import CREATED, data, listing, read

TOKENS_MAX = 1000


@attrs.frozen(kw_only=True)
class MonitoredTokenRoutes:
    monitored: MonitoredTokens

    def routes(self) -> list[web.RouteDef]:
        path = "/v1/w3s/config/entity/monitoredTokens"
        return [
            web.get(path, self.page),
            web.post(path, self.add),
            web.put(path, self.replace),
            web.post(f"{path}/delete", self.remove),
            web.put(f"{path}/scope", self.change_scope),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """204 until monitored tokens are set up."""
        if self.monitored.scope is None:
            return web.Response(status=204)
        query, page = request.query, Page.of(request.query)
        wanted = {name: query[name] for name in ("blockchain", "symbol") if query.get(name)}
        address = address_key(query.get("tokenAddress", ""))
        fitting = [
            token
            for token in self.monitored.tokens
            if all(getattr(token, name) == value for name, value in wanted.items())
            and (not address or address_key(token.address or "") == address)
        ]
        found = page_of(fitting, page, key=lambda token: token.id)
        views = [token.view() for token in found]
        extra = {"scope": self.monitored.scope}
        return listing(request, "tokens", views, page=page, extra=extra)

    async def add(self, request: web.Request) -> web.Response:
        self.monitored.add(_token_ids(await read(request)))
        return data(self.monitored.view(self.monitored.tokens), status=CREATED)

    async def replace(self, request: web.Request) -> web.Response:
        fields = await read(request)
        self.monitored.replace(_token_ids(fields) if fields.values.get("tokenIds") else ())
        return data(self.monitored.view(self.monitored.tokens))

    async def remove(self, request: web.Request) -> web.Response:
        self.monitored.remove(_token_ids(await read(request)))
        return web.Response(status=200)

    async def change_scope(self, request: web.Request) -> web.Response:
        self.monitored.scope = (await read(request)).choice("scope", SCOPES)
        return web.Response(status=200)


def _token_ids(fields: Fields) -> Sequence[str]:
    return fields.uuids("tokenIds", count_max=TOKENS_MAX)
