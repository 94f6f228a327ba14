"""Waiting for the customer's payment: the instructions, the amount and the time limit."""

from __future__ import annotations

from functools import partial

import attrs

from domain.money import Money
from sandbox.bank import BankPayment
from sandbox.chain import ChainTransfer, address_key
from sandbox.due.deposit_addresses import DepositAddresses, on_chain
from sandbox.due.errors import DueRefusal
from sandbox.due.ledger import Ledger
from sandbox.due.rails import CHAIN_BY_RAIL, FUNDING_ADDRESS_RAILS
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.settlement import Settlement
from sandbox.due.transfer import Status, Transfer
from sandbox.due.transfers import Transfers
from sandbox.due.wire import new_id
from sandbox.world import World


@attrs.define(kw_only=True)
class Funding:
    _world: World
    _settings: DueSandboxSettings
    _transfers: Transfers
    _settlement: Settlement
    _deposit_addresses: DepositAddresses
    _ledger: Ledger
    _by_memo: dict[str, Transfer] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._world.bank.register(self._settings.bank_account, self._paid_by_bank)

    def await_funds(self, transfer: Transfer) -> None:
        """Publish the transfer with its instructions, and expire it after five minutes."""
        transfer.instructions = self._instructions(transfer)
        self._transfers.move(transfer, Status.AWAITING_FUNDS)
        self._world.clock.call_later(
            self._settings.transfer_validity_s, partial(self._expire, transfer)
        )

    def address(self, transfer: Transfer) -> str:
        """The address to pay to, the same at every call. Raises ``DueRefusal``."""
        rail = transfer.terms.source_leg.rail
        if rail not in FUNDING_ADDRESS_RAILS:
            raise DueRefusal(
                "err_channel_does_not_support_disposable_account", f"no addresses on {rail}"
            )
        if transfer.status != Status.AWAITING_FUNDS:
            raise DueRefusal("err_transfer_not_awaiting_funds", "Transfer is not awaiting funds")
        return self.open_address(transfer)

    def open_address(self, transfer: Transfer) -> str:
        """The deposit address of a transfer in crypto, the same at every call."""
        if transfer.funding_address is None:
            transfer.funding_address = self._deposit_addresses.open_address(
                transfer.terms.source_leg.rail, partial(self._paid_on_chain, transfer)
            )
        return transfer.funding_address

    def _instructions(self, transfer: Transfer) -> dict[str, object]:
        if transfer.terms.source_leg.is_crypto:
            return {"kind": "TransferIntent"}
        memo = new_id("DUE-", self._world.random).upper()
        self._by_memo[memo] = transfer
        return {"kind": "details", "details": self._settings.bank_details(), "memo": memo}

    def _paid_on_chain(self, transfer: Transfer, movement: ChainTransfer) -> None:
        transfer.paid_to = transfer.paid_to or movement.destination
        sender = str((transfer.source.details or {})["address"])
        is_agreed = (
            movement.amount == transfer.terms.source
            and address_key(movement.source) == address_key(sender)
            and movement.blockchain == CHAIN_BY_RAIL[transfer.terms.source_leg.rail]
        )
        self._paid(transfer, movement.amount, on_chain(movement), is_agreed=is_agreed)

    def _paid_by_bank(self, payment: BankPayment) -> None:
        transfer = self._by_memo.get(payment.memo.strip())
        if transfer is None:
            self._ledger.set_aside(payment.amount)
            return
        if transfer.source.details is None:
            transfer.source.details = {
                "schema": "bank_us",
                "accountNumber": payment.source.account_number,
                "routingNumber": payment.source.routing_number,
            }
        confirmation: dict[str, object] = {
            "kind": "bank",
            "subRail": transfer.terms.source_leg.rail,
            "referenceNumber": payment.reference,
        }
        is_agreed = payment.amount == transfer.terms.source
        self._paid(transfer, payment.amount, confirmation, is_agreed=is_agreed)

    def _paid(
        self,
        transfer: Transfer,
        amount: Money,
        confirmation: dict[str, object],
        *,
        is_agreed: bool,
    ) -> None:
        if transfer.received is not None:
            self._ledger.set_aside(amount)
            return
        transfer.source.confirmation = confirmation
        if is_agreed and transfer.status == Status.AWAITING_FUNDS:
            self._settlement.begin(transfer, amount)
        else:
            self._settlement.review(transfer, amount)

    def _expire(self, transfer: Transfer) -> None:
        """guess: a transfer that is not paid ends as failed (due.md §8)."""
        if transfer.status == Status.AWAITING_FUNDS:
            self._transfers.move(transfer, Status.FAILED)
