"""
Money between the broker and the banking system.

A withdrawal is held when accepted, leaves the account when it is sent to clearing and comes back when
the other bank refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from domain.money import USD, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.banking import Links
from sandbox.alpaca.errors import Missing, NotAllowed, Unprocessable
from sandbox.alpaca.events import Events, Stream
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.alpaca.transfer import Transfer, TransferRequest
from sandbox.bank import BankAccount, BankPayment
from sandbox.faults import outcomes
from sandbox.world import World

NOWHERE = BankAccount(routing_number="000000000", account_number="0")
"""An account that does not exist: payments to it bounce."""


@attrs.define(kw_only=True)
class Transfers:
    """``deposited`` and ``withdrawn`` count what crossed the border of the broker, net of returns."""

    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _banks: Links
    _relationships: Links
    _activities: Activities
    _events: Events
    deposited: Money = Money.zero(USD)
    withdrawn: Money = Money.zero(USD)
    _by_account: dict[str, dict[str, Transfer]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._world.bank.register(self._settings.firm_bank_account, self._receive)

    def __iter__(self) -> Iterator[Transfer]:
        for transfers in self._by_account.values():
            yield from transfers.values()

    def newest_first(self, account_id: str) -> Iterator[Transfer]:
        return reversed(self._by_account.get(account_id, {}).values())

    def get(self, account_id: str, transfer_id: str) -> Transfer:
        transfer = self._by_account.get(account_id, {}).get(transfer_id)
        if transfer is None:
            raise Missing("transfer not found")
        return transfer

    def create(self, account: Account, request: TransferRequest) -> Transfer:
        """Accept a transfer; an incoming ACH settles at once. Raises ``AlpacaRefusal``."""
        account.require_active()
        links = self._banks if request.kind == "wire" else self._relationships
        at = self._world.clock.stamp()
        transfer = Transfer(
            id=self._world.new_uuid(),
            account=account,
            link=links.get(account.id, request.link_id),
            request=request,
            created_at=at,
            updated_at=at,
        )
        if request.is_outgoing:
            self._hold(transfer)
        self._by_account.setdefault(account.id, {})[transfer.id] = transfer
        self._move(transfer, "QUEUED")
        if request.is_outgoing:
            self._world.clock.call_later(
                self._settings.transfer_queue_s, partial(self._send, transfer)
            )
        else:
            self._settle_incoming(transfer)
        return transfer

    def cancel(self, transfer: Transfer) -> None:
        """Cancel a transfer that has not left yet. Raises ``Unprocessable``."""
        if transfer.status != "QUEUED":
            raise Unprocessable(f"transfer is not cancelable in status {transfer.status}")
        transfer.account.cash.release(transfer.id)
        self._move(transfer, "CANCELED")

    def _hold(self, transfer: Transfer) -> None:
        try:
            transfer.account.cash.hold_own(transfer.id, transfer.request.amount)
        except NotAvailable:
            # guess: the documents list both 403 and 422 for a withdrawal above the balance.
            raise NotAllowed("insufficient funds for the withdrawal") from None

    def _settle_incoming(self, transfer: Transfer) -> None:
        self._credit(transfer.account, transfer.request.amount, f"ACH {transfer.id}")
        self._move(transfer, "COMPLETE")

    def _send(self, transfer: Transfer) -> None:
        if transfer.status != "QUEUED":
            return
        wanted = self._world.faults.outcome(outcomes.WIRE, transfer.view())
        if wanted == "rejected":
            transfer.reason = "rejected"
            transfer.account.cash.release(transfer.id)
            self._move(transfer, "REJECTED")
            return
        amount = transfer.request.amount
        transfer.account.cash.spend(transfer.id, amount)
        self.withdrawn += amount
        self._activities.record_cash(
            transfer.account, kind="CSW", amount=-amount, description=f"withdrawal {transfer.id}"
        )
        self._move(transfer, "SENT_TO_CLEARING")
        self._world.bank.pay(
            source=self._source(transfer.account),
            destination=NOWHERE if wanted == "returned" else transfer.link.bank_account,
            amount=amount,
            memo=transfer.request.additional_information or "",
            reference=transfer.id,
            delay_s=self._settings.wire_delay_s,
            on_settled=partial(self._settle, transfer),
        )

    def _source(self, account: Account) -> BankAccount:
        firm = self._settings.firm_bank_account
        return firm if account.is_firm else BankAccount(firm.routing_number, account.number)

    def _settle(self, transfer: Transfer, *, arrived: bool) -> None:
        if arrived:
            self._move(transfer, "COMPLETE")
            return
        # guess: a return is shown as a cash deposit; the documents name no activity for it.
        self.withdrawn -= transfer.request.amount
        self._add_cash(transfer.account, transfer.request.amount, f"returned {transfer.id}")
        transfer.reason = "returned by the receiving bank"
        self._move(transfer, "RETURNED")

    def _receive(self, payment: BankPayment) -> None:
        self._credit(self._accounts.firm, payment.amount, payment.memo)

    def _credit(self, account: Account, amount: Money, description: str) -> None:
        self.deposited += amount
        self._add_cash(account, amount, description)

    def _add_cash(self, account: Account, amount: Money, description: str) -> None:
        account.cash.add(amount)
        self._activities.record_cash(account, kind="CSD", amount=amount, description=description)

    def _move(self, transfer: Transfer, status: str) -> None:
        before, transfer.status = transfer.status, status
        transfer.updated_at = self._world.clock.stamp()
        self._events.publish(
            Stream.TRANSFERS,
            {"account_id": transfer.account.id, "status_from": before, "status_to": status},
            legacy={"transfer_id": transfer.id},
            current={
                "correspondent": self._settings.correspondent,
                "entity_id": transfer.id,
                "entity_type": "Transfer",
                "reason": transfer.reason or "",
            },
        )
