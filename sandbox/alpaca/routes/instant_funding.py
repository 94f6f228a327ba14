"""Instant funding over HTTP (alpaca.md §5)."""

from __future__ import annotations

import itertools
from operator import attrgetter

import attrs
from aiohttp import web

from domain.money import USD, Money
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.idempotency import Idempotency
from sandbox.alpaca.instant_funding import InstantFunding
from sandbox.alpaca.instant_transfer import InstantTransfer
from sandbox.alpaca.routes.wire import (
    answer,
    names,
    no_content,
    read_body,
    read_query,
)
from sandbox.alpaca.settings import AlpacaSandboxSettings

PAGE_MAX = 100
OFFSET_MAX = 10_000_000
SETTLED_MAX = 50_000
SORTABLE = ("created_at", "amount", "deadline")
REPORTS = ("summary", "detail")
TRANSMITTER = (
    "originator_full_name",
    "originator_street_address",
    "originator_city",
    "originator_postal_code",
    "originator_state",
    "originator_country",
    "originator_bank_account_number",
    "originator_bank_name",
)


@attrs.frozen(kw_only=True)
class InstantFundingRoutes:
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _funding: InstantFunding
    _idempotency: Idempotency

    def routes(self) -> list[web.RouteDef]:
        path = "/v1/instant_funding"
        return [
            web.post(path, self.create),
            web.get(path, self.index),
            web.get(f"{path}/limits", self.limits),
            web.get(f"{path}/limits/accounts", self.account_limits),
            web.get(f"{path}/reports", self.report),
            web.post(f"{path}/settlements", self.settle),
            web.get(f"{path}/settlements", self.settlements),
            web.get(f"{path}/settlements/{{settlement_id}}", self.settlement),
            web.get(f"{path}/{{transfer_id}}", self.get),
            web.delete(f"{path}/{{transfer_id}}", self.cancel),
        ]

    async def create(self, request: web.Request) -> web.Response:
        fields, key = await read_body(request), request.headers.get("Idempotency-Key")

        def act() -> object:
            amount = fields.amount("amount", USD)
            if amount is None:
                raise Invalid("amount is required")
            target = self._accounts.by_number(fields.text("account_no"))
            source = self._accounts.by_number(fields.text("source_account_no"))
            return self._funding.create(target, source, amount).view()

        return answer(self._idempotency.run(key, fields.values, act))

    async def index(self, request: web.Request) -> web.Response:
        query = read_query(request)
        limit = query.count("limit", default=PAGE_MAX, maximum=PAGE_MAX)
        start = query.count("offset", default=0, maximum=OFFSET_MAX)
        order = attrgetter(query.choice("sort_by", SORTABLE, default="created_at"))
        backwards = query.choice("sort_order", ("ASC", "DESC"), default="DESC") == "DESC"
        found = sorted(filter(_filter(query), self._funding), key=order, reverse=backwards)
        return answer([each.view() for each in itertools.islice(found, start, start + limit)])

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._funding.get(request.match_info["transfer_id"]).view())

    async def cancel(self, request: web.Request) -> web.Response:
        self._funding.cancel(self._funding.get(request.match_info["transfer_id"]))
        return no_content()

    async def limits(self, _: web.Request) -> web.Response:
        return answer(limit_view(self._settings.instant_limit, self._funding.in_use()))

    async def account_limits(self, request: web.Request) -> web.Response:
        numbers = names(read_query(request), "account_numbers")
        accounts = [self._accounts.by_number(number) for number in numbers]
        limit = self._settings.instant_limit_per_account
        return answer(
            [
                {"account_no": each.number, **limit_view(limit, self._funding.in_use(each))}
                for each in accounts
            ]
        )

    async def report(self, request: web.Request) -> web.Response:
        """guess: the shape of both reports."""
        query = read_query(request)
        kind = query.choice("report_type", REPORTS, default="summary")
        found = list(filter(_filter(query), self._funding))
        if kind == "detail":
            return answer([each.view() for each in found])
        owed = sum((each.payable for each in found), start=Money.zero(USD))
        total = sum((each.amount for each in found), start=Money.zero(USD))
        figures = {"total_amount": total.decimal, "remaining_payable": owed.decimal}
        return answer({"count": len(found), **figures})

    async def settle(self, request: web.Request) -> web.Response:
        sent = (await read_body(request)).sections("transfers", count_max=SETTLED_MAX)
        for entry in sent:
            sender = entry.section("transmitter_info")
            for name in TRANSMITTER:
                sender.text(name)
        transfers = [self._funding.get(entry.uuid("instant_transfer_id")) for entry in sent]
        return answer(self._funding.settle(transfers).view())

    async def settlements(self, _: web.Request) -> web.Response:
        return answer({"settlements": [each.view() for each in self._funding.settlements()]})

    async def settlement(self, request: web.Request) -> web.Response:
        return answer(self._funding.settlement(request.match_info["settlement_id"]).view())


def limit_view(limit: Money, in_use: Money) -> dict[str, object]:
    return {
        "amount_available": (limit - in_use).decimal,
        "amount_in_use": in_use.decimal,
        "amount_limit": limit.decimal,
    }


def _filter(query: Fields) -> _Wanted:
    return _Wanted(
        status=query.optional("status"),
        system_date=query.optional("system_date"),
        deadline=query.optional("deadline"),
        before=query.optional("before"),
    )


@attrs.frozen(kw_only=True)
class _Wanted:
    status: str | None
    system_date: str | None
    deadline: str | None
    before: str | None

    def __call__(self, transfer: InstantTransfer) -> bool:
        return (
            self.status in {None, transfer.status}
            and self.system_date in {None, transfer.system_date.isoformat()}
            and self.deadline in {None, transfer.deadline.isoformat()}
            and (self.before is None or transfer.created_at < self.before)
        )
