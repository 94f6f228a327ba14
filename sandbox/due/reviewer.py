"""The manual review of transfers at Due, and its verdicts (due.md §8)."""

from __future__ import annotations

import attrs

from sandbox.due.errors import DueRefusal
from sandbox.due.ledger import Ledger
from sandbox.due.pricing import Pricing
from sandbox.due.settlement import Settlement
from sandbox.due.transfer import Status, Transfer
from sandbox.due.transfers import Transfers

UNDER_WAY = frozenset({Status.FUNDS_RECEIVED, Status.APPROVED})
NOT_PAID_OUT = UNDER_WAY | {Status.AWAITING_FUNDS, Status.MANUAL_REVIEW}


@attrs.frozen(kw_only=True)
class Reviewer:
    """Every verdict raises ``DueRefusal`` when the transfer's status does not allow it."""

    _transfers: Transfers
    _settlement: Settlement
    _pricing: Pricing
    _ledger: Ledger

    def hold(self, transfer: Transfer) -> None:
        """Put a transfer whose money has arrived on hold for review."""
        if transfer.status not in UNDER_WAY:
            raise DueRefusal("err_transfer_not_under_way", "nothing is on its way")
        self._transfers.move(transfer, Status.MANUAL_REVIEW)

    def approve(self, transfer: Transfer) -> None:
        """guess: the amount received is converted, even if it is not the agreed one (due.md §9)."""
        received = transfer.received
        if transfer.status != Status.MANUAL_REVIEW or received is None:
            raise DueRefusal("err_transfer_not_in_review", "the transfer is not in review")
        if received != transfer.terms.source:
            transfer.terms = self._pricing.again(transfer.terms, received)
        self._settlement.approve(transfer)

    def cancel(self, transfer: Transfer) -> None:
        """guess: the amount received stays with Due, unallocated, until it is claimed."""
        if transfer.status != Status.MANUAL_REVIEW:
            raise DueRefusal("err_transfer_not_in_review", "the transfer is not in review")
        self._end(transfer, Status.CANCELED)

    def fail(self, transfer: Transfer) -> None:
        """End it as failed. guess: the amount received is unallocated, too."""
        if transfer.status not in NOT_PAID_OUT:
            raise DueRefusal("err_transfer_not_under_way", "the transfer is paid out or over")
        self._end(transfer, Status.FAILED)

    def _end(self, transfer: Transfer, status: Status) -> None:
        if transfer.received is not None:
            self._ledger.release(transfer.received)
        self._transfers.move(transfer, status)
