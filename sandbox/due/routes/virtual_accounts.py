"""Virtual accounts (due.md §10)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.routes.table import Route
from sandbox.due.virtual_accounts import VirtualAccounts

FILTERS = frozenset(
    {"destination", "schemaIn", "currencyIn", "railOut", "currencyOut", "reference"}
)


@attrs.frozen
class VirtualAccountRoutes:
    """guess: the exact look-up answers a list like ``/list`` does (due.md §1, §14)."""

    _virtual_accounts: VirtualAccounts

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v1/virtual_accounts", self._create),
            Route("GET", "/v1/virtual_accounts", self._list),
            Route("GET", "/v1/virtual_accounts/list", self._list),
            Route("GET", "/v1/virtual_accounts/{key}", self._get),
            Route("POST", "/v1/virtual_accounts/{key}", self._update),
        ]

    def _create(self, call: Call) -> object:
        return self._virtual_accounts.create(call.owner, call.body).view()

    def _list(self, call: Call) -> object:
        wanted = {name: value for name, value in call.query.items() if name in FILTERS}
        active = call.query.get("isActive")
        return [
            found.view()
            for found in self._virtual_accounts.matching(call.owner, wanted)
            if active is None or found.is_active == (active == "true")
        ]

    def _get(self, call: Call) -> object:
        return self._virtual_accounts.get(call.owner, call.path["key"]).view()

    def _update(self, call: Call) -> object:
        virtual_account = self._virtual_accounts.get(call.owner, call.path["key"])
        self._virtual_accounts.update(virtual_account, call.body)
        return virtual_account.view()
