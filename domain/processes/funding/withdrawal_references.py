"""The references of a withdrawal's effects, as they are in the current attempt."""

from __future__ import annotations

from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference, reference


def debit(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, "debit")


def conversion(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, "onramp")


def wire(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, "wire")


def payout(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, "payout", withdrawal.payout_attempt)


def refund(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, "refund", withdrawal.refund_attempt)
