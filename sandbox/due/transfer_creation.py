"""Turning a quote into a transfer."""

from __future__ import annotations

from datetime import timedelta

import attrs

from sandbox.due.account import Account
from sandbox.due.channels import MEMO_LENGTH_MAX
from sandbox.due.counterparties import Counterparties
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.funding import Funding
from sandbox.due.quotes import Quotes
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.transfer import Party, Transfer
from sandbox.due.wire import new_id
from sandbox.world import World


@attrs.frozen(kw_only=True)
class TransferCreation:
    _world: World
    _settings: DueSandboxSettings
    _quotes: Quotes
    _counterparties: Counterparties
    _funding: Funding

    def open(self, account: Account, fields: Fields) -> Transfer:
        """Create a transfer and use up its quote; a refusal leaves the quote unchanged."""
        account.require_active()
        quote = self._quotes.get(account, fields.text("quote"))
        terms, sender = quote.terms, Party()
        if terms.source_leg.is_crypto:
            sender = self._counterparties.sender(
                account, fields.optional("sender"), rail=terms.source_leg.rail
            )
        destination = self._counterparties.recipient(
            account, fields.optional("recipient"), rail=terms.destination_leg.rail
        )
        destination.memo = _memo(fields)
        destination.purpose_code = fields.optional("purposeCode")
        self._quotes.consume(quote)
        now = self._world.clock.now()
        transfer = Transfer(
            id=new_id("tf_", self._world.random),
            owner_id=account.id,
            terms=terms,
            source=sender,
            destination=destination,
            created_at=now,
            expires_at=now + timedelta(seconds=self._settings.transfer_validity_s),
        )
        self._funding.await_funds(transfer)
        return transfer


def _memo(fields: Fields) -> str | None:
    memo = fields.optional("memo")
    if memo is not None and len(memo) > MEMO_LENGTH_MAX:
        raise DueRefusal("err_memo_invalid_length", f"a memo has {MEMO_LENGTH_MAX} characters")
    return memo
