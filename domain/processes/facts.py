"""
What has happened outside, in our words.

Facts come from a provider's answer, a webhook, an event stream or a look-up; where from makes no
difference. The same fact may arrive many times, late and out of order: deciding on it again changes
nothing. Every fact about an effect carries the reference under which the effect was made.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Self

import attrs

from domain.accounts.onboarding import Standing
from domain.accounts.roles import Role
from domain.funding.conversion import Conversion, Settlement
from domain.ids import InvestorId, ProcessId, Reference
from domain.limits import Tier
from domain.money import Money
from domain.quantity import Price
from domain.review.ruling import Action, Evidence


@attrs.frozen(kw_only=True)
class InboundSeen:
    """USDC arrived at one of our wallets; ``final`` once the chain will not take it back."""

    transaction_id: str
    wallet_id: str
    tx_hash: str
    amount: Money
    final: bool


@attrs.frozen(kw_only=True)
class InboundHeld(InboundSeen):
    """The same, of which no more may be converted now: it is over the investor's limit."""

    reason: str

    @classmethod
    def of(cls, seen: InboundSeen, *, reason: str) -> Self:
        return cls(**attrs.asdict(seen, recurse=False), reason=reason)


@attrs.frozen(kw_only=True)
class LimitOverruled:
    """Somebody of the house lets a deposit go on that was held for being over the limit."""

    reason: str


@attrs.frozen(kw_only=True)
class PaymentAccepted:
    """The custodian took the order to send USDC."""

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
    """The broker took the order to move dollars between the firm and the investor."""

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


class OrderStatus(Enum):
    """Where an order is at the broker; its many statuses reduced to what we act on."""

    ACCEPTED = "accepted"
    OPEN = "open"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True)
class OrderReported:
    """
    A snapshot of the order at the broker; quantity and average price are cumulative.

    ``corrects`` is set for a trade correction or bust: then the snapshot may hold less than before.
    """

    reference: Reference
    provider_id: str
    status: OrderStatus
    filled: Money
    average_price: Price | None = None
    corrects: bool = False
    reason: str | None = None


@attrs.frozen(kw_only=True)
class CancelWanted:
    """The investor asked to cancel."""


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
class BrokerAccountReported:
    """The broker's account exists and stands like this."""

    account_id: str
    standing: Standing
    reason: str | None = None


@attrs.frozen(kw_only=True)
class OfframpAccountReported:
    """The off-ramp's account exists and stands like this; ``action_url`` is where the investor goes on."""

    account_id: str
    standing: Standing
    action_url: str | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class TierAssigned:
    """Somebody of the house gave the investor other limits."""

    tier: Tier
    reason: str


@attrs.frozen(kw_only=True)
class EffectRefused:
    """The provider said no to an effect: it has not happened and will not under this reference."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class EffectLapsed:
    """The effect was not tried in time and must not be tried now."""

    reference: Reference


@attrs.frozen(kw_only=True)
class EffectUnknown:
    """Neither tries nor look-ups could tell whether the effect happened; a person must."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class BooksRefused:
    """Something that has happened cannot be booked as it should be; a person must see to it."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class DeadlinePassed:
    """The process has waited in ``stage`` as long as it may."""

    stage: str


@attrs.frozen(kw_only=True)
class Refreshed:
    """The refresh token with the hash ``presented`` was exchanged for one with the hash ``successor``."""

    presented: str
    successor: str
    at: datetime


@attrs.frozen(kw_only=True)
class ReuseDetected:
    """A refresh token, of which this is the hash, was shown that had been exchanged before."""

    presented: str


@attrs.frozen(kw_only=True)
class LoggedOut:
    """The investor ended the session that they were in."""


@attrs.frozen(kw_only=True)
class Revoked:
    """Somebody ended a session from outside."""

    reason: str


@attrs.frozen(kw_only=True)
class Kept:
    """A session goes on although the investor's other ones have ended, in the new ``epoch``."""

    epoch: int


RESET = "reset"
"""Why a password is another that was set by letter."""


@attrs.frozen(kw_only=True)
class PasswordSet:
    """The investor's password is another; ``reason`` says why, unless they knew the one before."""

    password_hash: str = attrs.field(repr=False)
    reason: str | None = None


@attrs.frozen(kw_only=True)
class AddressConfirmed:
    """Whoever registered has shown that the address is theirs."""


@attrs.frozen(kw_only=True)
class AddressTaken:
    """Somebody else has become the investor of the address meanwhile."""


@attrs.frozen(kw_only=True)
class LetterWanted:
    """The letter should go out again: this is the ``number``-th."""

    number: int


@attrs.frozen(kw_only=True)
class Recovered:
    """Whoever forgot the password has set another."""


@attrs.frozen(kw_only=True)
class SteppedUp:
    """In this session the investor has just proven who they are."""

    until: datetime


@attrs.frozen(kw_only=True)
class PasscodeSet:
    passcode_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorOffered:
    """The investor was shown the secret of a new authenticator."""

    secret: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorConfirmed:
    """The authenticator that was offered showed a code, of time step ``step``."""

    step: int
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AuthenticatorRemoved:
    """The investor gave the authenticator up, and the recovery codes with it."""


@attrs.frozen(kw_only=True)
class CodeUsed:
    """The authenticator's code of time step ``step`` was shown; no code up to it counts again."""

    step: int


@attrs.frozen(kw_only=True)
class RecoveryCodeUsed:
    code_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class RecoveryCodesRenewed:
    recovery_hashes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Frozen:
    """Somebody of the house stopped whatever the investor might begin."""

    reason: str


@attrs.frozen(kw_only=True)
class Unfrozen:
    """Somebody of the house let the investor act again."""

    reason: str


@attrs.frozen(kw_only=True)
class Deactivated:
    """The account was closed."""

    reason: str


@attrs.frozen(kw_only=True)
class RoleGiven:
    """Somebody of the house gave the account another role."""

    role: Role
    reason: str


@attrs.frozen(kw_only=True)
class AddressSaved:
    """The investor saved an address again that was removed; money may leave to it from ``usable_at``."""

    label: str
    at: datetime
    usable_at: datetime


@attrs.frozen(kw_only=True)
class AddressRemoved:
    """The investor wants no money to leave to the address any more."""


@attrs.frozen(kw_only=True)
class KeyRevoked:
    """The investor took an API key back."""


@attrs.frozen(kw_only=True)
class StaffChanged:
    """An investor has another role in the house, ``by`` an administrator or, ``None``, the terminal."""

    investor_id: InvestorId
    role: Role
    by: InvestorId | None = None


@attrs.frozen(kw_only=True)
class ProposalApproved:
    """A second administrator agreed."""

    by: InvestorId


@attrs.frozen(kw_only=True)
class ProposalRejected:
    """An administrator, perhaps the one who proposed it, would not have it."""

    by: InvestorId
    reason: str


@attrs.frozen(kw_only=True)
class Ruled:
    """Two administrators ruled on a process in review; ``evidence`` is what they saw at the provider."""

    action: Action
    reason: str
    evidence: Evidence = attrs.field(factory=Evidence)
    proposal: ProcessId | None = None


@attrs.frozen(kw_only=True)
class Opened:
    """The process began: a request of the investor or of the house."""


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
    | LetterWanted
    | Recovered
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
