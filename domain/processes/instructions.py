"""
Instructions: the effects that a process needs outside, as data.

An instruction is committed together with the decision that made it and carried out afterwards. Its
reference is the key of the effect at the provider. Instructions contain no personal data; it is read
from the process when needed.
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
from domain.wallets.wallet import AddressSource, CustodyWallet


@attrs.frozen(kw_only=True)
class OpenBrokerAccount:
    reference: Reference


@attrs.frozen(kw_only=True)
class OpenOfframpAccount:
    reference: Reference


@attrs.frozen(kw_only=True)
class CreateWallet:
    """
    One wallet on ``chain``, with siblings at its address on the chains ``also``.

    With ``shares`` it gets that wallet's address.
    """

    reference: Reference
    owner: InvestorId
    chain: Chain
    also: tuple[Chain, ...] = ()
    shares: AddressSource | None = None


@attrs.frozen(kw_only=True)
class LinkWallet:
    """Register the wallet at the off-ramp as one that the account pays from."""

    reference: Reference
    offramp_account_id: str
    wallet: CustodyWallet


@attrs.frozen(kw_only=True)
class OpenConversion:
    """
    Agree a conversion with the off-ramp.

    To dollars it is paid from ``wallet`` and delivers to the firm's bank account; to USDC it is paid
    by wire and delivers to ``wallet``. With ``linked`` the wallet is one that the account pays from;
    without, it is the firm's, and the conversion must accept a payment from any wallet.
    """

    reference: Reference
    direction: Direction
    amount: Money
    offramp_account_id: str
    wallet: CustodyWallet
    linked: bool = True


@attrs.frozen(kw_only=True)
class SendUsdc:
    """Send USDC from ``wallet``; the first attempt must not be after ``not_after``, if that is set."""

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
    """The subject of a look-up."""

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
    Look up the outcome of ``about``, in case no webhook or event reports it.

    It repairs every lost webhook and event: it is scheduled whenever a process starts to wait, and
    repeated at growing intervals until the process has moved on.
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
        """The look-up of one effect; its own reference is derived from the effect's."""
        process_id, _, effect = about.partition(":")
        return cls(
            reference=reference(ProcessId(process_id), f"inquire-{effect.replace(':', '-')}"),
            subject=subject,
            about=about,
            account_id=account_id,
            provider_id=provider_id,
        )

    def renewed(self) -> Self:
        """The same look-up under a new reference, after the first one has ended."""
        first = self.reference.rpartition(":")[0]
        return attrs.evolve(self, reference=Reference(f"{first}:2"))


@attrs.frozen(kw_only=True)
class SendEmail:
    """Send an e-mail to the owner of the process; the text follows from the process."""

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
