"""Channels, quotes and transfers (due.md §6 to §9)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.channels import channels
from sandbox.due.components import Components
from sandbox.due.pages import Window, page
from sandbox.due.quotes import quote_view, read_terms, terms_view
from sandbox.due.routes.table import Route
from sandbox.due.transfer import Transfer


@attrs.frozen
class Conversions:
    _components: Components

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/v1/channels", self._channels),
            Route("POST", "/v1/transfers/quote", self._quote),
            Route("POST", "/v1/transfers/estimate", self._estimate),
            Route("POST", "/v1/transfers", self._open),
            Route("GET", "/v1/transfers", self._list),
            Route("GET", "/v1/transfers/{id}", self._get),
            Route("POST", "/v1/transfers/{id}/funding_address", self._funding_address),
            Route("POST", "/v1/transfers/{id}/transfer_intent", self._intent_of),
            Route("POST", "/v1/transfer_intents/submit", self._submit),
            Route("GET", "/v1/transfer_intents/{id}", self._intent),
        ]

    def _channels(self, _: Call) -> object:
        return channels(self._components.settings)

    def _quote(self, call: Call) -> object:
        terms = read_terms(call.body, self._components.pricing)
        return quote_view(self._components.quotes.offer(call.owner, terms))

    def _estimate(self, call: Call) -> object:
        return terms_view(read_terms(call.body, self._components.pricing))

    def _open(self, call: Call) -> object:
        return self._components.transfer_creation.open(call.owner, call.body).view()

    def _list(self, call: Call) -> object:
        window, listed = Window.read(call.query), self._components.transfers.listed(call.owner)
        return page(
            listed,
            window,
            view=Transfer.view,
            keep=lambda transfer: window.covers(transfer.created_at),
        )

    def _get(self, call: Call) -> object:
        return self._components.transfers.get(call.owner, call.path["id"]).view()

    def _funding_address(self, call: Call) -> object:
        transfer = self._components.transfers.get(call.owner, call.path["id"])
        address = self._components.funding.address(transfer)
        return {"kind": "details", "details": {"address": address, "schema": "evm"}}

    def _intent_of(self, call: Call) -> object:
        transfer = self._components.transfers.get(call.owner, call.path["id"])
        return self._components.intents.of(transfer).view()

    def _submit(self, call: Call) -> object:
        return self._components.intents.submit(call.owner, call.body)

    def _intent(self, call: Call) -> object:
        return self._components.intents.get(call.owner, call.path["id"]).view()
