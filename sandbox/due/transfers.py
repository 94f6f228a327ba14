"""All transfers, and the only method that changes their status."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal
from sandbox.due.publisher import Publisher
from sandbox.due.transfer import Status, Transfer


@attrs.define(kw_only=True)
class Transfers:
    """Every status, also the first one, is sent to the owner's webhook endpoints."""

    _publisher: Publisher
    _by_id: dict[str, Transfer] = attrs.field(factory=dict)
    _listed: dict[str, list[Transfer]] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(self._by_id.values())

    def listed(self, account: Account) -> list[Transfer]:
        """Oldest first."""
        return self._listed.get(account.id, [])

    def find(self, transfer_id: str) -> Transfer:
        transfer = self._by_id.get(transfer_id)
        if transfer is None:
            raise DueRefusal("err_transfer_not_found", "Transfer not found")
        return transfer

    def get(self, account: Account, transfer_id: str) -> Transfer:
        transfer = self.find(transfer_id)
        if transfer.owner_id != account.id:
            raise DueRefusal("err_transfer_not_found", "Transfer not found")
        return transfer

    def move(self, transfer: Transfer, status: Status) -> None:
        """Enter ``status``; the first time lists the transfer."""
        transfer.status = status
        if transfer.id not in self._by_id:
            self.enter(transfer)
        self._publisher.publish("transfer.status_changed", transfer.owner_id, transfer.view())

    def enter(self, transfer: Transfer) -> None:
        """List it without a webhook."""
        self._by_id[transfer.id] = transfer
        self._listed.setdefault(transfer.owner_id, []).append(transfer)

    def remove(self, transfer: Transfer) -> None:
        del self._by_id[transfer.id]
        self._listed[transfer.owner_id].remove(transfer)
