"""Finding the two ends of a transfer among a customer's wallets and recipients."""

from __future__ import annotations

import attrs

from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal
from sandbox.due.rails import schema_of
from sandbox.due.recipients import Recipients
from sandbox.due.transfer import Party
from sandbox.due.wallets import Wallets


@attrs.frozen(kw_only=True)
class Counterparties:
    _wallets: Wallets
    _recipients: Recipients

    def sender(self, account: Account, wallet_id: str | None, *, rail: str) -> Party:
        """The linked wallet that will pay. Raises ``DueRefusal``."""
        if wallet_id is None and not any(self._wallets.of(account)):
            raise DueRefusal("err_account_no_wallets", "The account has no wallet")
        wallet = self._wallets.find(account, wallet_id or "")
        if wallet is None or wallet.address.schema != schema_of(rail):
            raise DueRefusal("err_transfer_invalid_sender_id", f"no wallet of yours for {rail}")
        return Party(id=wallet.id, details=wallet.details())

    def recipient(self, account: Account, recipient_id: str | None, *, rail: str) -> Party:
        """The recipient or wallet that will be paid. Raises ``DueRefusal``."""
        if recipient_id is None:
            raise DueRefusal("err_recipient_required", "Recipient is required")
        party = self._destination(account, recipient_id)
        if (party.details or {}).get("schema") != schema_of(rail):
            raise DueRefusal("err_rail_schema_unsupported", f"{rail} cannot reach the recipient")
        return party

    def _destination(self, account: Account, destination_id: str) -> Party:
        wallet = self._wallets.find(account, destination_id)
        if wallet is not None:
            return Party(id=wallet.id, details=wallet.details())
        recipient = self._recipients.find(account, destination_id)
        if recipient is None:
            raise DueRefusal("err_transfer_invalid_destination_id", "Unknown recipient")
        if not recipient.is_active:
            raise DueRefusal("err_recipient_deleted", "The recipient is deleted")
        return Party(id=recipient.id, label=recipient.label, details=recipient.details)
