"""Accounts, terms of service and KYC (due.md §3)."""

from __future__ import annotations

import attrs

from sandbox.due.accounts import Accounts, read_profile
from sandbox.due.auth import Call
from sandbox.due.categories import categories
from sandbox.due.errors import DueRefusal
from sandbox.due.pages import Window, page
from sandbox.due.routes.table import Route
from sandbox.due.submissions import Submissions


@attrs.frozen
class Onboarding:
    _accounts: Accounts
    _submissions: Submissions

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v1/accounts", self._open),
            Route("GET", "/v1/accounts", self._list),
            Route("GET", "/v1/accounts/{id}", self._get),
            Route("GET", "/v1/account_categories", self._categories),
            Route("GET", "/v1/tos/{token}", self._terms),
            Route("POST", "/v1/tos/{token}", self._accept_terms),
            Route("GET", "/v1/kyc", self._kyc),
            Route("POST", "/v1/kyc", self._start_kyc),
        ]

    def _open(self, call: Call) -> object:
        return self._accounts.open(read_profile(call.body)).view()

    def _list(self, _: Call) -> object:
        return [account.view() for account in self._accounts]

    def _get(self, call: Call) -> object:
        return self._accounts.get(call.path["id"]).view()

    def _terms(self, call: Call) -> object:
        return self._accounts.by_terms(call.path["token"]).terms.view()

    def _accept_terms(self, call: Call) -> object:
        account = self._accounts.by_terms(call.path["token"])
        if call.body.optional("ipAddress") is None:
            raise DueRefusal("err_tos_ip_address_required", "ipAddress is required")
        self._accounts.accept_terms(account)
        return account.terms.view()

    def _categories(self, call: Call) -> object:
        found = categories(call.query.get("accountType"))
        return page(found, Window.read({"order": "asc", **call.query}), view=lambda each: each)

    def _start_kyc(self, call: Call) -> object:
        self._submissions.start(call.owner)
        return call.owner.kyc_view()

    def _kyc(self, call: Call) -> object:
        return call.owner.kyc_view()
