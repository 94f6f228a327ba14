"""
The stored names of records, facts and instructions.

They are data: in the database, in SQL, in trails, metrics, spans and logs. A class may be renamed in
Python; its kind stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.accounts.api_key import ApiKey
from domain.accounts.investor import Investor
from domain.accounts.onboarding import Onboarding
from domain.accounts.password_reset import PasswordReset
from domain.accounts.registration import Registration
from domain.accounts.session import Session
from domain.accounts.staff import Staff
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.processes.decision import Process
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
    Overdue,
    ProcessOpened,
    Unattended,
)
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import (
    AnnouncementWithdrawn,
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
    TransferDenied,
    TransferFailed,
    TransferHeld,
    TransferSeen,
    WalletCreated,
    WalletFrozen,
    WalletLinked,
    WalletReleased,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.facts.reconciliation import (
    BreakAssigned,
    DifferenceGone,
    DifferenceSeen,
    OwnersReconciled,
)
from domain.processes.facts.review import ProposalApproved, ProposalRejected, Ruled
from domain.processes.facts.trading import CancelRequested, OrderReported
from domain.processes.instructions import (
    CancelOrder,
    CreateWallet,
    Instruction,
    JournalFunds,
    LinkWallet,
    LookUp,
    OpenBrokerAccount,
    OpenConversion,
    OpenOfframpAccount,
    PlaceOrder,
    SendEmail,
    SendUsdc,
    WatchDeadline,
    WireOut,
)
from domain.reconciliation.break_record import Break
from domain.reconciliation.run import ReconciliationRun
from domain.review.proposal import Proposal
from domain.trading.order import Order
from domain.wallets.payout_address import PayoutAddress
from domain.wallets.wallet import Wallet

Stored = Process | Fact | Instruction

RECORDS: Mapping[type[Process], str] = {
    Deposit: "Deposit",
    Withdrawal: "Withdrawal",
    Order: "Order",
    Wallet: "Wallet",
    Onboarding: "Onboarding",
    Session: "Session",
    Investor: "Investor",
    Registration: "Registration",
    PasswordReset: "Recovery",
    PayoutAddress: "PayoutAddress",
    ApiKey: "ApiKey",
    Staff: "Staff",
    Proposal: "Proposal",
    Break: "Break",
    ReconciliationRun: "ReconciliationRun",
}

FACTS: Mapping[type[Fact], str] = {
    TransferSeen: "InboundSeen",
    TransferHeld: "InboundHeld",
    TransferDenied: "InboundDenied",
    TransferFailed: "InboundFailed",
    LimitOverridden: "LimitOverruled",
    AnnouncementWithdrawn: "AnnouncementWithdrawn",
    PaymentAccepted: "PaymentAccepted",
    PaymentCompleted: "PaymentCompleted",
    PaymentFailed: "PaymentFailed",
    ConversionOpened: "ConversionOpened",
    ConversionSettled: "ConversionSettled",
    ConversionFailed: "ConversionFailed",
    ConversionHeld: "ConversionHeld",
    JournalAccepted: "JournalAccepted",
    JournalExecuted: "JournalExecuted",
    JournalRejected: "JournalRejected",
    WireAccepted: "WireAccepted",
    WireCompleted: "WireCompleted",
    WireFailed: "WireFailed",
    OrderReported: "OrderReported",
    CancelRequested: "CancelWanted",
    WalletCreated: "WalletCreated",
    WalletLinked: "WalletLinked",
    WalletFrozen: "WalletFrozen",
    WalletReleased: "WalletReleased",
    BrokerAccountReported: "BrokerAccountReported",
    OfframpAccountReported: "OfframpAccountReported",
    TierAssigned: "TierAssigned",
    EffectRefused: "EffectRefused",
    EffectLapsed: "EffectLapsed",
    EffectUnknown: "EffectUnknown",
    LedgerRefused: "BooksRefused",
    DeadlinePassed: "DeadlinePassed",
    Overdue: "Overdue",
    Unattended: "Unattended",
    SessionRefreshed: "Refreshed",
    ReuseDetected: "ReuseDetected",
    SessionLoggedOut: "LoggedOut",
    SessionRevoked: "Revoked",
    SessionKept: "Kept",
    PasswordSet: "PasswordSet",
    EmailConfirmed: "AddressConfirmed",
    EmailTaken: "AddressTaken",
    EmailResendRequested: "LetterWanted",
    PasswordResetCompleted: "Recovered",
    SteppedUp: "SteppedUp",
    PasscodeSet: "PasscodeSet",
    AuthenticatorOffered: "AuthenticatorOffered",
    AuthenticatorConfirmed: "AuthenticatorConfirmed",
    AuthenticatorRemoved: "AuthenticatorRemoved",
    CodeUsed: "CodeUsed",
    RecoveryCodeUsed: "RecoveryCodeUsed",
    RecoveryCodesRenewed: "RecoveryCodesRenewed",
    AccountFrozen: "Frozen",
    AccountUnfrozen: "Unfrozen",
    AccountDeactivated: "Deactivated",
    RoleGiven: "RoleGiven",
    PayoutAddressSaved: "AddressSaved",
    PayoutAddressRemoved: "AddressRemoved",
    ApiKeyRevoked: "KeyRevoked",
    StaffChanged: "StaffChanged",
    ProposalApproved: "ProposalApproved",
    ProposalRejected: "ProposalRejected",
    Ruled: "Ruled",
    DifferenceSeen: "DifferenceSeen",
    DifferenceGone: "DifferenceGone",
    BreakAssigned: "BreakAssigned",
    OwnersReconciled: "OwnersReconciled",
    ProcessOpened: "Opened",
}

INSTRUCTIONS: Mapping[type[Instruction], str] = {
    OpenBrokerAccount: "OpenBrokerAccount",
    OpenOfframpAccount: "OpenOfframpAccount",
    CreateWallet: "CreateWallet",
    LinkWallet: "LinkWallet",
    OpenConversion: "OpenConversion",
    SendUsdc: "SendUsdc",
    JournalFunds: "JournalFunds",
    WireOut: "WireOut",
    PlaceOrder: "PlaceOrder",
    CancelOrder: "CancelOrder",
    LookUp: "Inquire",
    SendEmail: "SendLetter",
    WatchDeadline: "WatchDeadline",
}

KINDS: Mapping[type[Any], str] = {**RECORDS, **FACTS, **INSTRUCTIONS}


def kind_of(stored: Stored | type[Any]) -> str:
    """The kind of a value or of its class. Raises ``KeyError`` for a class that is not stored."""
    return KINDS[stored if isinstance(stored, type) else type(stored)]
