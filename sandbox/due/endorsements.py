"""Permissions beyond the check of identity that some channels ask for (due.md §3)."""

from __future__ import annotations

from functools import partial

import attrs

from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal
from sandbox.due.settings import DueSandboxSettings
from sandbox.world import World

# guess: the codes, and that an endorsement is given after a review.
CODES = frozenset({"base", "sepa", "wire"})


@attrs.define(kw_only=True)
class Endorsements:
    _world: World
    _settings: DueSandboxSettings
    _status: dict[tuple[str, str], str] = attrs.field(factory=dict)

    def view(self, account: Account, code: str) -> dict[str, str]:
        """Raises ``DueRefusal`` for an unknown code."""
        if code not in CODES:
            raise DueRefusal("err_endorsement_not_found", f"no endorsement {code}")
        return {"code": code, "status": self._status.get((account.id, code), "none")}

    def request(self, account: Account, code: str) -> dict[str, str]:
        """Asking again changes nothing."""
        if self.view(account, code)["status"] == "none":
            self._status[account.id, code] = "pending"
            self._world.clock.call_later(
                self._settings.kyc_delay_s, partial(self._give, account, code)
            )
        return self.view(account, code)

    def _give(self, account: Account, code: str) -> None:
        self._status[account.id, code] = "approved"
