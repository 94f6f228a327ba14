"""
What has happened outside, in our words.

Facts come from a provider's answer, a webhook, an event stream or a look-up; where from makes no
difference. The same fact may arrive many times, late and out of order: deciding on it again changes
nothing. Every fact about an effect carries the reference under which the effect was made.
"""

from __future__ import annotations

from domain.processes.facts.accounts import (
    AddressConfirmed,
    AddressTaken,
    AuthenticatorConfirmed,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    BrokerAccountReported,
    CodeUsed,
    Deactivated,
    EmailResendRequested,
    Frozen,
    Kept,
    KeyRevoked,
    LoggedOut,
    OfframpAccountReported,
    PasscodeSet,
    PasswordResetCompleted,
    PasswordSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    Refreshed,
    ReuseDetected,
    Revoked,
    RoleGiven,
    StaffChanged,
    SteppedUp,
    TierAssigned,
    Unfrozen,
)
from domain.processes.facts.effects import (
    BooksRefused,
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    Opened,
)
from domain.processes.facts.funding import (
    AddressRemoved,
    AddressSaved,
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    InboundHeld,
    InboundSeen,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    LimitOverruled,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    WalletCreated,
    WalletLinked,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.review import ProposalApproved, ProposalRejected, Ruled
from domain.processes.facts.trading import CancelWanted, OrderReported

Fact = (
    InboundSeen
    | InboundHeld
    | LimitOverruled
    | PaymentAccepted
    | PaymentCompleted
    | PaymentFailed
    | ConversionOpened
    | ConversionSettled
    | ConversionFailed
    | ConversionHeld
    | JournalAccepted
    | JournalExecuted
    | JournalRejected
    | WireAccepted
    | WireCompleted
    | WireFailed
    | OrderReported
    | CancelWanted
    | WalletCreated
    | WalletLinked
    | BrokerAccountReported
    | OfframpAccountReported
    | TierAssigned
    | EffectRefused
    | EffectLapsed
    | EffectUnknown
    | BooksRefused
    | DeadlinePassed
    | Refreshed
    | ReuseDetected
    | LoggedOut
    | Revoked
    | Kept
    | PasswordSet
    | AddressConfirmed
    | AddressTaken
    | EmailResendRequested
    | PasswordResetCompleted
    | SteppedUp
    | PasscodeSet
    | AuthenticatorOffered
    | AuthenticatorConfirmed
    | AuthenticatorRemoved
    | CodeUsed
    | RecoveryCodeUsed
    | RecoveryCodesRenewed
    | Frozen
    | Unfrozen
    | Deactivated
    | RoleGiven
    | AddressSaved
    | AddressRemoved
    | KeyRevoked
    | StaffChanged
    | ProposalApproved
    | ProposalRejected
    | Ruled
    | Opened
)
