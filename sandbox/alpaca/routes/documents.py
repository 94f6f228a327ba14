"""An account's documents over HTTP: the owner's uploads, the broker's documents, and the CIP."""

from __future__ import annotations

import attrs
from aiohttp import web

from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.errors import Invalid, Missing
from sandbox.alpaca.routes.wire import (
    answer,
    no_content,
    read_body,
    read_list,
    read_query,
)
from sandbox.alpaca.statements import Paper, Statements
from sandbox.alpaca.uploads import DOCUMENTS_MAX, read_upload

# guess: the types that the official client knows.
CIP_PROVIDERS = ("alloy", "trulioo", "onfido", "veriff", "jumio", "getmati")


@attrs.frozen(kw_only=True)
class DocumentRoutes:
    _accounts: Accounts
    _statements: Statements

    def routes(self) -> list[web.RouteDef]:
        account = "/v1/accounts/{account_id}"
        one = f"{account}/documents/{{document_id}}"
        return [
            web.post(f"{account}/documents/upload", self.upload),
            web.get(f"{account}/documents", self.index),
            web.get(one, self.get),
            web.get(f"{one}/download", self.download),
            web.get(f"{one}/content", self.content),
            web.post(f"{account}/cip", self.send_cip),
            web.get(f"{account}/cip", self.cip),
        ]

    def _account(self, request: web.Request) -> Account:
        return self._accounts.get(request.match_info["account_id"])

    def _paper(self, request: web.Request) -> Paper:
        document_id = request.match_info["document_id"]
        return self._statements.get(self._account(request).id, document_id)

    async def upload(self, request: web.Request) -> web.Response:
        account = self._account(request)
        sent = await read_list(request, count_max=DOCUMENTS_MAX)
        self._accounts.upload(account, [read_upload(fields) for fields in sent])
        return no_content()

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        start, end, kind = query.moment("start"), query.moment("end"), query.optional("type")
        found = [
            paper.view()
            for paper in self._statements.of(self._account(request).id)
            if kind in {None, paper.kind}
            and (start is None or paper.day >= start.date())
            and (end is None or paper.day <= end.date())
        ]
        return answer(found)

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._paper(request).view())

    async def download(self, request: web.Request) -> web.Response:
        """Alpaca redirects to the file; here it is at a path of the same host."""
        self._paper(request)
        where = request.path.removesuffix("/download") + "/content"
        return web.Response(status=301, headers={"Location": where})

    async def content(self, request: web.Request) -> web.Response:
        return web.Response(body=self._paper(request).content(), content_type="application/pdf")

    async def send_cip(self, request: web.Request) -> web.Response:
        account, fields = self._account(request), await read_body(request)
        names = fields.values.get("provider_name")
        if not isinstance(names, list) or not set(CIP_PROVIDERS).issuperset(names):
            raise Invalid("provider_name is invalid")
        account.cip = {**fields.values, "account_id": account.id}
        return answer(account.cip)

    async def cip(self, request: web.Request) -> web.Response:
        account = self._account(request)
        if account.cip is None:
            raise Missing("cip not found")
        return answer(account.cip)
