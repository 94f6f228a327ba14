"""Wallets and recipients (due.md §4 and §5)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.pages import Window, page
from sandbox.due.rails import Address
from sandbox.due.recipients import Recipient, Recipients
from sandbox.due.routes.table import Route
from sandbox.due.schemas import schemas
from sandbox.due.wallets import Wallets


@attrs.frozen
class WalletsAndRecipients:
    _wallets: Wallets
    _recipients: Recipients

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v1/wallets", self._link),
            Route("GET", "/v1/wallets", self._list_wallets),
            Route("GET", "/v1/wallets/{id}/balance", self._balance),
            Route("GET", "/v1/schemas", self._schemas),
            Route("POST", "/v1/recipients", self._create),
            Route("GET", "/v1/recipients", self._list_recipients),
            Route("GET", "/v1/recipients/{id}", self._get),
            Route("DELETE", "/v1/recipients/{id}", self._delete),
        ]

    def _link(self, call: Call) -> object:
        return self._wallets.link(call.owner, Address.parse(call.body.text("address"))).view()

    def _list_wallets(self, call: Call) -> object:
        return [wallet.view() for wallet in self._wallets.of(call.owner)]

    def _balance(self, call: Call) -> object:
        wallet = self._wallets.get(call.owner, call.path["id"])
        return {"balances": self._wallets.balances(wallet)}

    def _schemas(self, _: Call) -> object:
        return schemas()

    def _create(self, call: Call) -> object:
        return self._recipients.create(call.owner, call.body).view()

    def _list_recipients(self, call: Call) -> object:
        with_deleted = call.query.get("withDeleted") == "true"
        window = Window.read(call.query)
        return page(
            self._recipients.listed(call.owner),
            window,
            view=Recipient.view,
            keep=lambda each: (with_deleted or each.is_active) and window.covers(each.created_at),
        )

    def _get(self, call: Call) -> object:
        return self._recipients.get(call.owner, call.path["id"]).view()

    def _delete(self, call: Call) -> object:
        recipient = self._recipients.get(call.owner, call.path["id"])
        recipient.is_active = False
        return recipient.view()
