"""A deposit: USDC that arrives in an investor's wallet and becomes buying power."""

from __future__ import annotations

from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.funding.contradiction import Contradiction
from domain.funding.conversion import Conversion, Payment, Settlement
from domain.ids import InvestorId, ProcessId
from domain.limits import LimitConsumption
from domain.money import USD, USDC, Money
from domain.review.given_up import GivenUp
from domain.wallets.wallet import CustodyWallet

CONVERTIBLE_MIN = Money(1_000_000, USDC)
"""Of deposits that do not name the off-ramp's minimum: those of earlier releases."""
STRAY_MAX = Money(100_000, USDC)
"""
Less than this is no deposit of its own, unless it is announced or lifts the dust over the minimum.

Strangers can send any number of such transfers for the price of gas; each is one entry, as dust.
"""


class InvalidDepositAmount(DomainError):
    """The amount of a deposit must be a positive amount of USDC."""

    code = "ERR_5101"
    slug = "invalid-deposit-amount"
    kind = Kind.VALIDATION


class DepositNotFound(DomainError):
    """There is no such deposit."""

    code = "ERR_5102"
    slug = "deposit-not-found"
    kind = Kind.NOT_FOUND


class DepositNotExpected(DomainError):
    """The deposit has arrived, or its announcement has expired: there is nothing to withdraw."""

    code = "ERR_5103"
    slug = "deposit-not-expected"
    kind = Kind.CONFLICT


class DepositStage(Enum):
    """``EXPECTED``: announced by the investor, not yet detected on chain."""

    EXPECTED = "expected"
    DETECTED = "detected"
    CONFIRMED = "confirmed"
    OFFRAMP_REQUESTED = "offramp_requested"
    OFFRAMP_SETTLED = "offramp_settled"
    BROKER_FUNDING_REQUESTED = "broker_funding_requested"
    BROKER_FUNDED = "broker_funded"
    FAILED = "failed"
    EXPIRED = "expired"
    MANUAL_REVIEW = "manual_review"


@attrs.frozen(kw_only=True)
class Deposit:
    """One deposit. ``amount`` is the announced amount until USDC arrives, then the amount that arrived."""

    id: ProcessId
    investor_id: InvestorId
    wallet: CustodyWallet
    broker_account_id: str
    offramp_account_id: str
    amount: Money
    stage: DepositStage = DepositStage.EXPECTED
    transaction_id: str | None = None
    tx_hash: str | None = None
    attempt: int = 1
    conversion: Conversion | None = None
    payment: Payment | None = None
    settlement: Settlement | None = None
    funding_attempt: int = 1
    paused_stage: DepositStage | None = None
    reason: str | None = None
    counted: LimitConsumption | None = None
    given_up: tuple[GivenUp, ...] = ()
    denied: bool = False
    """The custodian's screening denied the transfer; nothing of it is dust until staff release it."""
    contradictions: tuple[Contradiction, ...] = ()
    lapses: int = 0
    """How many attempts of the conversion ended without a refusal."""
    funding_waits: int = 0
    """How many attempts of the funding found the firm's dollars still on their way."""
    minimum: Money = CONVERTIBLE_MIN
    """The off-ramp's minimum when the USDC arrived."""
    from_dust: Money = Money.zero(USDC)
    """Earlier dust of the wallet that is converted together with the amount."""

    @property
    def convertible(self) -> Money:
        """
        The arrived amount, with what it takes of earlier dust, in whole cents.

        Zero if below the minimum. The rest is dust.
        """
        return whole_cents(self.amount + self.from_dust, minimum=self.minimum)

    @property
    def dust(self) -> Money:
        """What of the amount is not converted."""
        return self.amount + self.from_dust - self.convertible

    def taking(self, dust: Money) -> Deposit:
        """The deposit with as much of the wallet's ``dust`` as makes it more whole cents."""
        whole = whole_cents(self.amount + dust, minimum=self.minimum)
        taken = whole - self.amount
        return attrs.evolve(self, from_dust=taken) if taken.is_positive else self


def whole_cents(amount: Money, *, minimum: Money) -> Money:
    """The part of the amount that can be converted; zero if it is below the minimum."""
    whole, _ = amount.split_at(USD.scale)
    return whole if whole >= minimum else Money.zero(amount.asset)


def require_announced(amount: Money) -> Money:
    if not amount.is_positive:
        raise InvalidDepositAmount(field="amount")
    return amount
