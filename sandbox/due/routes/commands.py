"""Commands that only a sandbox has; those for transfers are ours, the others are Due's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs

from sandbox.due.auth import Call
from sandbox.due.components import Components
from sandbox.due.routes.table import Route
from sandbox.due.transfer import Transfer

PAYIN_PATHS = ("/dev/payin", "/dev/v1/payin", "/dev/merge/v1/payin")


@attrs.frozen
class Commands:
    """Accepted without a key, so that a person can type them."""

    _components: Components

    def routes(self) -> list[Route]:
        approve = "/dev/sumsub/applicants/{id}/approve"
        return [
            Route("POST", approve, self._approve, is_keyed=False),
            *(
                Route("POST", f"/dev/transfers/{{id}}/{name}", verdict, is_keyed=False)
                for name, verdict in self._verdicts().items()
            ),
            *(Route("POST", path, self._payin, is_keyed=False) for path in PAYIN_PATHS),
        ]

    def _approve(self, call: Call) -> object:
        account = self._components.accounts.get(call.path["id"])
        self._components.accounts.approve(account)
        return account.view()

    def _verdicts(self) -> dict[str, Callable[[Call], object]]:
        reviewer = self._components.reviewer
        verdicts = {
            "refund": self._components.settlement.refund,
            "hold": reviewer.hold,
            "approve": reviewer.approve,
            "cancel": reviewer.cancel,
            "fail": reviewer.fail,
        }
        return {name: partial(self._judge, verdict) for name, verdict in verdicts.items()}

    def _judge(self, verdict: Callable[[Transfer], None], call: Call) -> object:
        transfer = self._components.transfers.find(call.path["id"])
        verdict(transfer)
        return transfer.view()

    def _payin(self, call: Call) -> object:
        self._components.payin.pay(call.body)
        return {}
