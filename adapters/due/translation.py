"""Translates a transfer at Due into facts about its conversion (due.md §8)."""

from __future__ import annotations

from adapters.due import wire
from domain.errors import name_of
from domain.funding.conversion import Settlement
from domain.ids import Reference
from domain.money import USD, USDC, Asset, Money, NotAnAmount, PrecisionLost, Rate, Rounding
from domain.processes.facts.funding import ConversionFailed, ConversionHeld, ConversionSettled

AWAITING_FUNDS = "awaiting_funds"
PROCESSED = "payment_processed"
ENDED = {"failed", "canceled"}
HELD = {"manual_review", "action_required", "refund_submitted", "refund_processed"}

ASSETS = {"USD": USD, "USDC": USDC}

Ending = ConversionSettled | ConversionFailed | ConversionHeld


def is_ending(status: str) -> bool:
    """Whether a transfer with this status yields a fact."""
    return status in {PROCESSED} | ENDED | HELD


def ending(reference: Reference, transfer: wire.Transfer) -> Ending | None:
    """
    The fact that ends the conversion; None while it is in progress or its status is unknown.

    A transfer that ended unpaid has failed. One that ended after we paid, or whose amounts are
    unreadable, is held for a person to check.
    """
    match transfer.status:
        case status if status == PROCESSED:
            return _settled(reference, transfer)
        case status if status in ENDED and not was_paid(transfer):
            return ConversionFailed(reference=reference, reason=f"the off-ramp says {status}")
        case status if status in ENDED | HELD:
            return ConversionHeld(reference=reference, reason=f"the off-ramp says {status}")
        case _:
            return None


def was_paid(transfer: wire.Transfer) -> bool:
    """A payment has a confirmation; a payment into a virtual account is what creates the transfer."""
    source = transfer.source
    return source.confirmation is not None or source.virtual_account_id is not None


def _settled(reference: Reference, transfer: wire.Transfer) -> ConversionSettled | ConversionHeld:
    try:
        return ConversionSettled(reference=reference, settlement=settlement(transfer))
    except (KeyError, NotAnAmount, PrecisionLost) as wrong:
        reason = f"the off-ramp's amounts are unreadable: {name_of(type(wrong))}"
        return ConversionHeld(reference=reference, reason=reason)


def settlement(transfer: wire.Transfer) -> Settlement:
    """
    The settlement, in which ``bought - fee`` is exactly what Due delivered.

    ``sold`` is the source amount: everything paid in, including the source's fee. ``fee`` is the
    destination's fee plus the source's at the transfer's own ``fxRate`` (destination per source, rounded
    half to even); ``bought`` is the amount delivered plus that fee. So a rate other than 1, including any
    margin in it, shows as the price of what was bought and not as a fee.
    """
    source, destination = transfer.source, transfer.destination
    sold_in, bought_in = ASSETS[source.currency], ASSETS[destination.currency]
    rate = Rate.of(transfer.fx_rate or "1", sold_in, bought_in)
    at_source = rate.convert(fee_of(source, sold_in), rounding=Rounding.HALF_EVEN)
    fee = fee_of(destination, bought_in) + at_source
    return Settlement(
        sold=Money.of(source.amount, sold_in),
        bought=Money.of(destination.amount, bought_in) + fee,
        fee=fee,
        tx_hash=destination.confirmation.hash if destination.confirmation else None,
        provider_id=transfer.id,
    )


def agreed(transfer: wire.Transfer) -> Money | None:
    """What the transfer will deliver, by its quote; None if that cannot be read."""
    try:
        return Money.of(transfer.destination.amount, ASSETS[transfer.destination.currency])
    except (KeyError, NotAnAmount, PrecisionLost):
        return None


def fee_of(side: wire.Side, asset: Asset) -> Money:
    if side.total_fee is not None:
        return Money.of(side.total_fee, asset)
    return Money.of(side.fee or "0", asset) + Money.of(side.application_fee or "0", asset)
