"""The references of a withdrawal's effects, as they are in the current attempt."""

from __future__ import annotations

from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference, reference

SALE = "sale"
SALE_PAYMENT = "sale-payment"


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


def sale(withdrawal: Withdrawal) -> Reference:
    """The conversion back to dollars."""
    return reference(withdrawal.id, SALE, _sales(withdrawal))


def sale_payment(withdrawal: Withdrawal) -> Reference:
    return reference(withdrawal.id, SALE_PAYMENT, _sales(withdrawal))


def _sales(withdrawal: Withdrawal) -> int:
    return withdrawal.give_back.attempt if withdrawal.give_back else 1
