"""
What a process wants done outside, as data.

An instruction is committed together with the decision that made it and carried out afterwards. Its
reference is the key of the effect at the provider. Instructions carry no personal data: whoever needs
it reads the process.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Self

import attrs

from domain.funding.conversion import Direction, PayByWire
from domain.ids import InvestorId, ProcessId, Reference, reference
from domain.money import Money
from domain.trading.order import OrderTerms
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet


@attrs.frozen(kw_only=True)
class OpenBrokerAccount:
    reference: Reference


@attrs.frozen(kw_only=True)
class OpenOfframpAccount:
    reference: Reference


@attrs.frozen(kw_only=True)
class CreateWallet:
    reference: Reference
    owner: InvestorId
    chain: Chain


@attrs.frozen(kw_only=True)
class LinkWallet:
    """Tell the off-ramp that payments from this wallet are the account's own."""

    reference: Reference
    offramp_account_id: str
    wallet: CustodyWallet


@attrs.frozen(kw_only=True)
class OpenConversion:
    """
    Agree a conversion with the off-ramp.

    To dollars it is paid from ``wallet`` and delivers to the firm's bank account; to USDC it is paid
    by wire and delivers to ``wallet``.
    """

    reference: Reference
    direction: Direction
    amount: Money
    offramp_account_id: str
    wallet: CustodyWallet


@attrs.frozen(kw_only=True)
class SendUsdc:
    """Send USDC from ``wallet``; not for the first time after ``not_after``, if that is set."""

    reference: Reference
    wallet: CustodyWallet
    destination: str
    amount: Money
    not_after: datetime | None = None
    pays: Reference | None = None
    offramp_account_id: str | None = None


@attrs.frozen(kw_only=True)
class JournalFunds:
    """Move dollars at the broker: from the firm to the investor, or back."""

    reference: Reference
    broker_account_id: str
    amount: Money
    to_investor: bool


@attrs.frozen(kw_only=True)
class WireOut:
    """Wire dollars from the firm account to the off-ramp's bank."""

    reference: Reference
    amount: Money
    to: PayByWire


@attrs.frozen(kw_only=True)
class PlaceOrder:
    reference: Reference
    broker_account_id: str
    terms: OrderTerms


@attrs.frozen(kw_only=True)
class CancelOrder:
    reference: Reference
    order: Reference
    broker_account_id: str


class LookupKind(Enum):
    """What an inquiry asks about."""

    ARRIVAL = "arrival"
    PAYMENT = "payment"
    CONVERSION = "conversion"
    JOURNAL = "journal"
    WIRE = "wire"
    ORDER = "order"
    BROKER_ACCOUNT = "broker_account"
    OFFRAMP_ACCOUNT = "offramp_account"


@attrs.frozen(kw_only=True)
class LookUp:
    """
    Look up what became of ``about``, in case nobody tells us.

    The repair of every lost webhook and event: it is scheduled whenever a process starts to wait, and
    again with growing patience until the process has moved on.
    """

    reference: Reference
    subject: LookupKind
    about: Reference
    account_id: str | None = None
    provider_id: str | None = None

    @classmethod
    def into(
        cls,
        subject: LookupKind,
        about: Reference,
        *,
        account_id: str | None = None,
        provider_id: str | None = None,
    ) -> Self:
        """The inquiry into one effect; its own reference follows from the effect's."""
        process_id, _, effect = about.partition(":")
        return cls(
            reference=reference(ProcessId(process_id), f"inquire-{effect.replace(':', '-')}"),
            subject=subject,
            about=about,
            account_id=account_id,
            provider_id=provider_id,
        )

    def renewed(self) -> Self:
        """The same question once more, after the first asking has come to its end."""
        first = self.reference.rpartition(":")[0]
        return attrs.evolve(self, reference=Reference(f"{first}:2"))


@attrs.frozen(kw_only=True)
class SendEmail:
    """Write to the person whom the process is about; what is said follows from the process."""

    reference: Reference


@attrs.frozen(kw_only=True)
class WatchDeadline:
    """Report ``DeadlinePassed`` if the process is still in ``stage`` after ``after_s`` seconds."""

    reference: Reference
    stage: str
    after_s: int


Instruction = (
    OpenBrokerAccount
    | OpenOfframpAccount
    | CreateWallet
    | LinkWallet
    | OpenConversion
    | SendUsdc
    | JournalFunds
    | WireOut
    | PlaceOrder
    | CancelOrder
    | LookUp
    | SendEmail
    | WatchDeadline
)
