"""A transfer's steps from the arrival of its money to the payment."""

from __future__ import annotations

from functools import partial

import attrs

from domain.money import Money
from sandbox.bank import BankAccount
from sandbox.chain import FAUCET, ChainTransfer, Output
from sandbox.due.deposit_addresses import on_chain
from sandbox.due.errors import DueRefusal
from sandbox.due.ledger import Ledger
from sandbox.due.rails import CHAIN_BY_RAIL
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.transfer import Party, Status, Transfer
from sandbox.due.transfers import Transfers
from sandbox.faults import outcomes
from sandbox.world import World

REVIEW_WORD, FAIL_WORD = "sandbox-review", "sandbox-fail"


@attrs.define(kw_only=True)
class Settlement:
    """A transfer is reported as processed after the money has arrived, never before."""

    _world: World
    _settings: DueSandboxSettings
    _transfers: Transfers
    _ledger: Ledger
    _on_chain: dict[str, tuple[Transfer, Status]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._world.chain.watch(self._chain_moved)

    def begin(self, transfer: Transfer, received: Money) -> None:
        """Accept the exact amount and pay out the other side, step by step."""
        self._take(transfer, received)
        self._transfers.move(transfer, Status.FUNDS_RECEIVED)
        self._world.clock.call_later(
            self._settings.approval_delay_s, partial(self._judge, transfer)
        )

    def review(self, transfer: Transfer, received: Money) -> None:
        """guess: a payment of another amount, or a late one, waits for manual review (due.md §9)."""
        self._take(transfer, received)
        self._transfers.move(transfer, Status.MANUAL_REVIEW)

    def approve(self, transfer: Transfer) -> None:
        """Approve the payment, after the automatic or the manual review."""
        self._transfers.move(transfer, Status.APPROVED)
        self._world.clock.call_later(
            self._settings.submission_delay_s, partial(self._submit, transfer)
        )

    def refund(self, transfer: Transfer) -> None:
        """Return what a reviewed transfer received to its source. Raises ``DueRefusal``."""
        if transfer.status != Status.MANUAL_REVIEW or transfer.received is None:
            raise DueRefusal("err_transfer_not_in_review", "only money in review can be refunded")
        self._transfers.move(transfer, Status.REFUND_SUBMITTED)
        self._ledger.refund(transfer.received)
        if transfer.terms.source_leg.is_crypto:
            self._refund_on_chain(transfer, transfer.received)
        else:
            self._refund_by_bank(transfer, transfer.received)

    def _refund_on_chain(self, transfer: Transfer, received: Money) -> None:
        details, arrival = transfer.source.details or {}, transfer.source.confirmation or {}
        self._send(
            transfer,
            blockchain=_chain_of(str(arrival["network"])),
            output=Output(transfer.paid_to, str(details["address"]), received),
            then=Status.REFUND_PROCESSED,
        )

    def _refund_by_bank(self, transfer: Transfer, received: Money) -> None:
        """guess: a refund that bounces still counts as processed; the money is then unallocated."""
        self._world.bank.pay(
            source=self._settings.bank_account,
            destination=_bank_of(transfer.source),
            amount=received,
            memo=transfer.id,
            reference=f"{transfer.id}-refund",
            delay_s=self._settings.bank_delay_s,
            on_settled=partial(self._refunded, transfer, received),
        )

    def _refunded(self, transfer: Transfer, received: Money, *, arrived: bool) -> None:
        if not arrived:
            self._ledger.keep_refund(received)
        self._transfers.move(transfer, Status.REFUND_PROCESSED)

    def _take(self, transfer: Transfer, received: Money) -> None:
        transfer.received = received
        self._ledger.take_in(received)

    def _judge(self, transfer: Transfer) -> None:
        """The magic words in a memo are this sandbox's, not Due's."""
        if transfer.status != Status.FUNDS_RECEIVED:
            return
        wanted = self._world.faults.outcome(outcomes.CONVERSION, transfer.view())
        match wanted or _word_of(transfer):
            case "manual_review":
                self._transfers.move(transfer, Status.MANUAL_REVIEW)
            case "refunded":
                self._transfers.move(transfer, Status.MANUAL_REVIEW)
                later = self._settings.approval_delay_s
                self._world.clock.call_later(later, partial(self.refund, transfer))
            case "failed" if transfer.received is not None:
                self._ledger.release(transfer.received)
                self._transfers.move(transfer, Status.FAILED)
            case "short":
                terms, one = transfer.terms, Money.of("1", transfer.terms.destination.asset)
                transfer.terms = attrs.evolve(
                    terms, destination=terms.destination - one, fee=terms.fee + one
                )
                self.approve(transfer)
            case _:
                self.approve(transfer)

    def _submit(self, transfer: Transfer) -> None:
        if transfer.status != Status.APPROVED:
            return
        self._ledger.pay_out(transfer.terms)
        self._transfers.move(transfer, Status.PAYMENT_SUBMITTED)
        leg = transfer.terms.destination_leg
        if not leg.is_crypto:
            self._wire(transfer)
            return
        details = transfer.destination.details or {}
        # Due's own liquidity is outside the model, hence the faucet.
        output = Output(FAUCET, str(details["address"]), transfer.terms.destination)
        self._send(
            transfer, blockchain=_chain_of(leg.rail), output=output, then=Status.PAYMENT_PROCESSED
        )

    def _send(self, transfer: Transfer, *, blockchain: str, output: Output, then: Status) -> None:
        movement = self._world.chain.send(blockchain, (output,))[0]
        self._on_chain[movement.tx_hash] = (transfer, then)

    def _chain_moved(self, movement: ChainTransfer) -> None:
        if not movement.final or movement.tx_hash not in self._on_chain:
            return
        transfer, status = self._on_chain.pop(movement.tx_hash)
        if status == Status.PAYMENT_PROCESSED:
            transfer.destination.confirmation = on_chain(movement)
        self._transfers.move(transfer, status)

    def _wire(self, transfer: Transfer) -> None:
        self._world.bank.pay(
            source=self._settings.bank_account,
            destination=_bank_of(transfer.destination),
            amount=transfer.terms.destination,
            memo=transfer.destination.memo or "",
            reference=transfer.id,
            delay_s=self._settings.bank_delay_s,
            on_settled=partial(self._wired, transfer),
        )

    def _wired(self, transfer: Transfer, *, arrived: bool) -> None:
        if not arrived:
            # guess: a payment that bounced ends the transfer; Due keeps the money meanwhile.
            self._ledger.take_back(transfer.terms.destination)
            self._transfers.move(transfer, Status.FAILED)
            return
        transfer.destination.confirmation = {
            "kind": "bank",
            "subRail": transfer.terms.destination_leg.rail,
            "referenceNumber": transfer.id,
        }
        self._transfers.move(transfer, Status.PAYMENT_PROCESSED)


def _word_of(transfer: Transfer) -> str | None:
    memo = transfer.destination.memo or ""
    words = {REVIEW_WORD: "manual_review", FAIL_WORD: "failed"}
    return next((verdict for word, verdict in words.items() if word in memo), None)


def _chain_of(network: str) -> str:
    """A chain without a rail, where a payment arrived by mistake, keeps its own name."""
    return CHAIN_BY_RAIL.get(network, network)


def _bank_of(party: Party) -> BankAccount:
    details = party.details or {}
    return BankAccount(str(details["routingNumber"]), str(details["accountNumber"]))
