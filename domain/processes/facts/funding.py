"""Facts about money on its way in and out, about wallets and payout addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import attrs

from domain.funding.conversion import Conversion, Settlement
from domain.ids import Reference
from domain.money import Money
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
)
from domain.wallets.wallet import CustodyWallet


@attrs.frozen(kw_only=True)
class TransferSeen:
    """
    USDC arrived in one of our wallets; ``final`` once the chain cannot revert it.

    ``seen_at`` is when the custodian first saw it, by the custodian's clock. ``minimum`` and ``dust`` are
    what it is judged on: the off-ramp's minimum, and what the wallet holds as dust.
    """

    transaction_id: str
    wallet_id: str
    tx_hash: str
    amount: Money
    final: bool
    seen_at: datetime | None = None
    minimum: Money | None = None
    dust: Money | None = None


@attrs.frozen(kw_only=True)
class TransferHeld(TransferSeen):
    """The same transfer, but over the investor's limit: it may not be converted now."""

    reason: str

    @classmethod
    def of(cls, seen: TransferSeen, *, reason: str) -> Self:
        return cls(**attrs.asdict(seen, recurse=False), reason=reason)


@attrs.frozen(kw_only=True)
class TransferDenied(TransferHeld):
    """The custodian's screening denied the transfer: the USDC is in our wallet and is not released."""


@attrs.frozen(kw_only=True)
class TransferFailed:
    """The transfer never arrived and will not."""

    transaction_id: str
    reason: str
    seen_at: datetime | None = None


@attrs.frozen(kw_only=True)
class AnnouncementWithdrawn:
    """The investor does not expect the announced deposit any more."""


@attrs.frozen(kw_only=True)
class LimitOverridden:
    """Staff let a deposit continue that was held because it is over the limit."""

    reason: str


@attrs.frozen(kw_only=True)
class PaymentAccepted:
    """The custodian accepted the instruction to send USDC."""

    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class PaymentCompleted:
    """The USDC is final at its destination; ``amount`` as the custodian tells it."""

    reference: Reference
    provider_id: str
    tx_hash: str
    amount: Money | None = None


@attrs.frozen(kw_only=True)
class PaymentFailed:
    """The custodian has not sent the USDC and will not; if ``final``, nor to this address ever."""

    reference: Reference
    reason: str
    final: bool = False


@attrs.frozen(kw_only=True)
class ConversionOpened:
    """The off-ramp agreed to the conversion and said how it is to be paid."""

    conversion: Conversion

    @property
    def reference(self) -> Reference:
        return self.conversion.reference


@attrs.frozen(kw_only=True)
class ConversionSettled:
    """The off-ramp delivered what the conversion bought."""

    reference: Reference
    settlement: Settlement


@attrs.frozen(kw_only=True)
class ConversionFailed:
    """The off-ramp ended the conversion without delivering: expired, cancelled or failed."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class ConversionHeld:
    """The off-ramp holds the money: a review, a wrong amount, or a pending refund."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class JournalAccepted:
    """The broker accepted the journal between the firm and the investor."""

    reference: Reference
    provider_id: str


@attrs.frozen(kw_only=True)
class JournalExecuted:
    """The dollars have moved; ``amount`` as the broker tells it."""

    reference: Reference
    provider_id: str
    amount: Money | None = None


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
    """The wire has been sent for good; ``amount`` as the broker tells it."""

    reference: Reference
    provider_id: str
    amount: Money | None = None


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
    siblings: tuple[CustodyWallet, ...] = ()


@attrs.frozen(kw_only=True)
class WalletLinked:
    """The off-ramp accepts payments from the wallet as the account's own."""

    reference: Reference


@attrs.frozen(kw_only=True)
class WalletFrozen:
    """The custodian sends nothing from the wallet until it is released."""


@attrs.frozen(kw_only=True)
class WalletReleased:
    """The custodian sends from the wallet again."""


@attrs.frozen(kw_only=True)
class PayoutAddressSaved:
    """The investor saved a removed address again; it can be paid to from ``usable_at``."""

    label: str
    at: datetime
    usable_at: datetime


@attrs.frozen(kw_only=True)
class PayoutAddressRemoved:
    """The investor removed the address: nothing more can be paid to it."""


InboundTransfer = TransferSeen | TransferHeld | TransferDenied | TransferFailed
ConversionFact = ConversionOpened | ConversionSettled | ConversionFailed | ConversionHeld
PaymentFact = PaymentAccepted | PaymentCompleted | PaymentFailed
JournalFact = JournalAccepted | JournalExecuted | JournalRejected
WireFact = WireAccepted | WireCompleted | WireFailed

MovementFact = ConversionFact | PaymentFact | JournalFact
EffectFact = EffectRefused | EffectLapsed | EffectUnknown | LedgerRefused

DepositNews = InboundTransfer | MovementFact | EffectFact | DeadlinePassed
"""What providers and deadlines report about a deposit; the rest is what people decide."""
DepositFact = DepositNews | AnnouncementWithdrawn | LimitOverridden
WithdrawalFact = MovementFact | WireFact | EffectFact
WalletFact = (
    WalletCreated | WalletLinked | WalletFrozen | WalletReleased | EffectRefused | EffectUnknown
)
PayoutAddressFact = PayoutAddressSaved | PayoutAddressRemoved
