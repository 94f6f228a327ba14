"""Translates Harbor's transfers and customers into facts. An unknown status means in progress."""

from __future__ import annotations

from adapters.harbor import wire
from domain.accounts.onboarding import ProviderAccountStatus
from domain.errors import name_of
from domain.funding.conversion import Conversion, PayByWire, PayOnChain, Settlement
from domain.ids import Reference
from domain.money import USD, USDC, Money, NotAnAmount, PrecisionLost
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
)
from ports.offramp import ConversionFact

AWAITING_PAYMENT = "awaiting_payment"
COMPLETED = "completed"
EXPIRED = "expired"
ON_HOLD = "on_hold"
ENDED = frozenset({COMPLETED, EXPIRED, ON_HOLD})

ASSETS = {"USD": USD, "USDC": USDC}
ACCOUNT_STATUSES = {
    "approved": ProviderAccountStatus.APPROVED,
    "action_required": ProviderAccountStatus.ACTION_REQUIRED,
    "rejected": ProviderAccountStatus.REJECTED,
}


def fact(reference: Reference, transfer: wire.Transfer) -> ConversionFact:
    match transfer.status:
        case status if status == COMPLETED:
            return _settled(reference, transfer)
        case status if status == EXPIRED:
            reason = transfer.reason or "expired"
            return ConversionFailed(reference=reference, reason=reason)
        case status if status == ON_HOLD:
            return ConversionHeld(reference=reference, reason=transfer.reason or "on hold")
        case _:
            return opened(reference, transfer)


def opened(reference: Reference, transfer: wire.Transfer) -> ConversionOpened:
    conversion = Conversion(reference=reference, provider_id=transfer.id, pay=_pay(transfer.pay))
    return ConversionOpened(conversion=conversion)


def report(customer: wire.Customer) -> OfframpAccountReported:
    status = ACCOUNT_STATUSES.get(customer.status, ProviderAccountStatus.PENDING)
    return OfframpAccountReported(
        account_id=customer.id,
        standing=status,
        action_url=customer.verify_url,
        reason="the off-ramp's check failed" if status is ProviderAccountStatus.REJECTED else None,
    )


def money(amount: wire.Amount) -> Money:
    """Raises ``KeyError``, ``NotAnAmount`` or ``PrecisionLost``."""
    return Money.of(amount.value, ASSETS[amount.asset])


def _settled(reference: Reference, transfer: wire.Transfer) -> ConversionSettled | ConversionHeld:
    """A completed transfer with unreadable amounts is held for a person to check."""
    try:
        fee = money(transfer.fee)
        settlement = Settlement(
            sold=money(transfer.pays),
            bought=money(transfer.receives) + fee,
            fee=fee,
            tx_hash=transfer.tx_hash,
            provider_id=transfer.id,
        )
    except (KeyError, NotAnAmount, PrecisionLost) as wrong:
        reason = f"the off-ramp's amounts are unreadable: {name_of(type(wrong))}"
        return ConversionHeld(reference=reference, reason=reason)
    return ConversionSettled(reference=reference, settlement=settlement)


def _pay(pay: wire.Pay) -> PayOnChain | PayByWire:
    if pay.kind == "chain":
        return PayOnChain(address=pay.address, expires_at=pay.expires_at)
    return PayByWire(
        bank_name=pay.bank_name,
        routing_number=pay.routing_number,
        account_number=pay.account_number,
        beneficiary=pay.beneficiary,
        memo=pay.memo,
    )
