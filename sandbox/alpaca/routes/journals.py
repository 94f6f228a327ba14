"""Journals over HTTP."""

from __future__ import annotations

import itertools

import attrs
from aiohttp import web

from sandbox.alpaca.fields import Fields
from sandbox.alpaca.idempotency import Idempotency
from sandbox.alpaca.journal import Journal, JournalRequest, read_journal
from sandbox.alpaca.journals import Journals
from sandbox.alpaca.routes.wire import answer, no_content, read_body, read_query

LISTED_MAX = 100_000
ENTRIES_MAX = 1000


@attrs.frozen(kw_only=True)
class JournalRoutes:
    _journals: Journals
    _idempotency: Idempotency

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/journals", self.create),
            web.post("/v1/journals/batch", self.create_batch),
            web.post("/v1/journals/reverse_batch", self.create_batch),
            web.get("/v1/journals", self.index),
            web.get("/v1/journals/{journal_id}", self.get),
            web.delete("/v1/journals/{journal_id}", self.cancel),
        ]

    async def create(self, request: web.Request) -> web.Response:
        return await self._create(request, batch=False)

    async def create_batch(self, request: web.Request) -> web.Response:
        return await self._create(request, batch=True)

    async def _create(self, request: web.Request, *, batch: bool) -> web.Response:
        fields, key = await read_body(request), request.headers.get("Idempotency-Key")

        def act() -> object:
            if not batch:
                return self._journals.create([read_journal(fields)], key=key)[0].view()
            created = self._journals.create(read_batch(fields), key=key)
            return [{**journal.view(), "error_message": None} for journal in created]

        return answer(self._idempotency.run(key, fields.values, act))

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        limit = query.count("limit", default=LISTED_MAX, maximum=LISTED_MAX)
        found = (each for each in self._journals.newest_first() if _matches(each, query))
        return answer([each.view() for each in itertools.islice(found, limit)])

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._journals.get(request.match_info["journal_id"]).view())

    async def cancel(self, request: web.Request) -> web.Response:
        self._journals.cancel(self._journals.get(request.match_info["journal_id"]))
        return no_content()


def read_batch(fields: Fields) -> list[JournalRequest]:
    """One journal per entry; the shared account stands outside the entries."""
    shared = {name: fields.values[name] for name in SHARED if name in fields.values}
    fields.choice("entry_type", ("JNLC",))
    entries = fields.sections("entries", count_max=ENTRIES_MAX)
    return [read_journal(Fields({**shared, **entry.values}, entry.path)) for entry in entries]


SHARED = ("entry_type", "from_account", "to_account", "description")


def _matches(journal: Journal, query: Fields) -> bool:
    exact = {
        "status": journal.status,
        "entry_type": journal.request.entry_type,
        "from_account": journal.source.id,
        "to_account": journal.target.id,
    }
    after, before = query.optional("after"), query.optional("before")
    return (
        all(query.optional(name) in {None, value} for name, value in exact.items())
        and (after is None or journal.created_at[:10] >= after[:10])
        and (before is None or journal.created_at[:10] <= before[:10])
    )
