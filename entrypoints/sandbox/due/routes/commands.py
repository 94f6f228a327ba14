"""Commands that only a sandbox has; refund is this one's own, the others are Due's."""

from __future__ import annotations

import attrs

from entrypoints.sandbox.due.gate import Call
from entrypoints.sandbox.due.office import Office
from entrypoints.sandbox.due.routes.table import Route

PAYIN_PATHS = ("/dev/payin", "/dev/v1/payin", "/dev/merge/v1/payin")


@attrs.frozen
class Commands:
    """Taken without a key, so that a person can type them."""

    _office: Office

    def routes(self) -> list[Route]:
        approve = "/dev/sumsub/applicants/{id}/approve"
        return [
            Route("POST", approve, self._approve, is_keyed=False),
            Route("POST", "/dev/transfers/{id}/refund", self._refund, is_keyed=False),
            *(Route("POST", path, self._payin, is_keyed=False) for path in PAYIN_PATHS),
        ]

    def _approve(self, call: Call) -> object:
        account = self._office.accounts.get(call.path["id"])
        self._office.accounts.approve(account)
        return account.view()

    def _refund(self, call: Call) -> object:
        transfer = self._office.transfers.find(call.path["id"])
        self._office.settlement.refund(transfer)
        return transfer.view()

    def _payin(self, call: Call) -> object:
        self._office.payin.pay(call.body)
        return {}
