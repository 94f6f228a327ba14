"""What happens to money on its way in and out, to wallets and to payout addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import attrs

from domain.funding.conversion import Conversion, Settlement
from domain.ids import Reference
from domain.money import Money


@attrs.frozen(kw_only=True)
class TransferSeen:
    """USDC arrived at one of our wallets; ``final`` once the chain will not take it back."""

    transaction_id: str
    wallet_id: str
    tx_hash: str
    amount: Money
    final: bool


@attrs.frozen(kw_only=True)
class TransferHeld(TransferSeen):
    """The same, of which no more may be converted now: it is over the investor's limit."""

    reason: str

    @classmethod
    def of(cls, seen: TransferSeen, *, reason: str) -> Self:
        return cls(**attrs.asdict(seen, recurse=False), reason=reason)


@attrs.frozen(kw_only=True)
class LimitOverridden:
    """Somebody of the house lets a deposit go on that was held for being over the limit."""

    reason: str


@attrs.frozen(kw_only=True)
class PaymentAccepted:
    """The custodian accepted the instruction to send USDC."""

    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class PaymentCompleted:
    """The USDC is final at its destination."""

    reference: Reference
    provider_id: str
    tx_hash: str


@attrs.frozen(kw_only=True)
class PaymentFailed:
    """The custodian did not and will not send it."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class ConversionOpened:
    """The off-ramp agreed to convert and said how it wants to be paid."""

    conversion: Conversion

    @property
    def reference(self) -> Reference:
        return self.conversion.reference


@attrs.frozen(kw_only=True)
class ConversionSettled:
    """The off-ramp delivered."""

    reference: Reference
    settlement: Settlement


@attrs.frozen(kw_only=True)
class ConversionFailed:
    """The off-ramp ended the conversion unpaid: expired, cancelled or failed."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class ConversionHeld:
    """The off-ramp holds the money: a review, a wrong amount, a refund on its way."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class JournalAccepted:
    """The broker accepted the journal between the firm and the investor."""

    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class JournalExecuted:
    """The dollars have moved."""

    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class JournalRejected:
    """The dollars have not moved and will not."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class WireAccepted:
    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class WireCompleted:
    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class WireFailed:
    """The wire was refused or came back; the money is in the firm account."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class WalletCreated:
    reference: Reference
    provider_id: str
    address: str


@attrs.frozen(kw_only=True)
class WalletLinked:
    """The off-ramp accepts payments from the wallet."""

    reference: Reference


@attrs.frozen(kw_only=True)
class PayoutAddressSaved:
    """The investor saved an address again that was removed; money may leave to it from ``usable_at``."""

    label: str
    at: datetime
    usable_at: datetime


@attrs.frozen(kw_only=True)
class PayoutAddressRemoved:
    """The investor wants no money to leave to the address any more."""
