"""
What has happened outside, in our words.

Facts come from a provider's answer, a webhook, an event stream or a look-up; where from makes no
difference. The same fact may arrive many times, late and out of order: deciding on it again changes
nothing. Every fact about an effect carries the reference under which the effect was made.
"""

from __future__ import annotations

from domain.processes.facts.accounts import (
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    ApiKeyRevoked,
    AuthenticatorConfirmed,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    BrokerAccountReported,
    CodeUsed,
    EmailConfirmed,
    EmailResendRequested,
    EmailTaken,
    OfframpAccountReported,
    PasscodeSet,
    PasswordResetCompleted,
    PasswordSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    ReuseDetected,
    RoleGiven,
    SessionKept,
    SessionLoggedOut,
    SessionRefreshed,
    SessionRevoked,
    StaffChanged,
    SteppedUp,
    TierAssigned,
)
from domain.processes.facts.effects import (
    DeadlinePassed,
    EffectLapsed,
    EffectRefused,
    EffectUnknown,
    LedgerRefused,
    ProcessOpened,
)
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    LimitOverridden,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    PayoutAddressRemoved,
    PayoutAddressSaved,
    TransferHeld,
    TransferSeen,
    WalletCreated,
    WalletLinked,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.review import ProposalApproved, ProposalRejected, Ruled
from domain.processes.facts.trading import CancelRequested, OrderReported

Fact = (
    TransferSeen
    | TransferHeld
    | LimitOverridden
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
    | CancelRequested
    | WalletCreated
    | WalletLinked
    | BrokerAccountReported
    | OfframpAccountReported
    | TierAssigned
    | EffectRefused
    | EffectLapsed
    | EffectUnknown
    | LedgerRefused
    | DeadlinePassed
    | SessionRefreshed
    | ReuseDetected
    | SessionLoggedOut
    | SessionRevoked
    | SessionKept
    | PasswordSet
    | EmailConfirmed
    | EmailTaken
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
    | AccountFrozen
    | AccountUnfrozen
    | AccountDeactivated
    | RoleGiven
    | PayoutAddressSaved
    | PayoutAddressRemoved
    | ApiKeyRevoked
    | StaffChanged
    | ProposalApproved
    | ProposalRejected
    | Ruled
    | ProcessOpened
)
