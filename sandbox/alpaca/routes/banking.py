"""Outside bank accounts and transfers over HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

import attrs
from aiohttp import web

from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.banking import (
    Links,
    read_ach_relationship,
    read_recipient_bank,
)
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.routes.wire import answer, every, no_content, read_body, read_query
from sandbox.alpaca.transfer import read_transfer
from sandbox.alpaca.transfers import Transfers
from sandbox.bank import BankAccount

# guess: the documents name neither a default nor a maximum for a page of transfers.
PAGE_DEFAULT = 100
PAGE_MAX = 1000
OFFSET_MAX = 10_000_000

Reader = Callable[[Fields], tuple[BankAccount, dict[str, object]]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


@attrs.frozen(kw_only=True)
class LinkRoutes:
    """One kind of link; the two kinds differ only in path and fields."""

    _accounts: Accounts
    _links: Links
    _path: str
    _read: Reader

    def routes(self) -> list[web.RouteDef]:
        path = f"/v1/accounts/{{account_id}}/{self._path}"
        return [
            web.post(path, self.create),
            web.get(path, self.index),
            web.delete(f"{path}/{{link_id}}", self.remove),
        ]

    async def create(self, request: web.Request) -> web.Response:
        account = self._accounts.get(request.match_info["account_id"])
        bank_account, shown = self._read(await read_body(request))
        account.require_active()
        return answer(self._links.add(account.id, bank_account, shown).view)

    async def index(self, request: web.Request) -> web.Response:
        account = self._accounts.get(request.match_info["account_id"])
        wanted = every(request, "statuses") | every(request, "status")
        found = [link.view for link in self._links.of(account.id)]
        return answer([view for view in found if not wanted or view["status"] in wanted])

    async def remove(self, request: web.Request) -> web.Response:
        self._links.remove(request.match_info["account_id"], request.match_info["link_id"])
        return no_content()


@attrs.frozen(kw_only=True)
class BankingRoutes:
    _accounts: Accounts
    _banks: Links
    _relationships: Links
    _transfers: Transfers

    def routes(self) -> list[web.RouteDef]:
        path = "/v1/accounts/{account_id}/transfers"
        return [
            *self._link_routes(self._banks, "recipient_banks", read_recipient_bank),
            *self._link_routes(self._relationships, "ach_relationships", read_ach_relationship),
            web.post(path, self.create),
            web.get(path, self.index),
            web.delete(f"{path}/{{transfer_id}}", self.cancel),
        ]

    def _link_routes(self, links: Links, path: str, read: Reader) -> list[web.RouteDef]:
        return LinkRoutes(accounts=self._accounts, links=links, path=path, read=read).routes()

    async def create(self, request: web.Request) -> web.Response:
        account = self._accounts.get(request.match_info["account_id"])
        asked = read_transfer(await read_body(request))
        return answer(self._transfers.create(account, asked).view())

    async def index(self, request: web.Request) -> web.Response:
        account, query = self._accounts.get(request.match_info["account_id"]), read_query(request)
        direction = query.optional("direction")
        start = query.count("offset", default=0, maximum=OFFSET_MAX)
        limit = query.count("limit", default=PAGE_DEFAULT, maximum=PAGE_MAX)
        found = (
            transfer
            for transfer in self._transfers.newest_first(account.id)
            if direction in {None, transfer.request.direction}
        )
        return answer([each.view() for each in itertools.islice(found, start, start + limit)])

    async def cancel(self, request: web.Request) -> web.Response:
        where = request.match_info
        self._transfers.cancel(self._transfers.get(where["account_id"], where["transfer_id"]))
        return no_content()
