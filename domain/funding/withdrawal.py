"""A withdrawal: buying power in dollars that is paid out as USDC to a payout address."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.funding.contradiction import Contradiction
from domain.funding.conversion import Conversion, Payment, Settlement
from domain.ids import InvestorId, ProcessId
from domain.limits import LimitConsumption
from domain.money import USD, Money
from domain.review.given_up import GivenUp
from domain.wallets.wallet import CustodyWallet

WITHDRAWAL_MIN = Money(500, USD)
LAST_WITHDRAWAL_MIN = Money(100, USD)
"""The smallest withdrawal of all that is there: the off-ramp takes no less, and its fee leaves some."""


class InvalidWithdrawalAmount(DomainError):
    """The amount is below the minimum withdrawal."""

    code = "ERR_5201"
    slug = "invalid-withdrawal-amount"
    kind = Kind.VALIDATION


class WithdrawalNotFound(DomainError):
    """There is no such withdrawal."""

    code = "ERR_5202"
    slug = "withdrawal-not-found"
    kind = Kind.NOT_FOUND


class AddressNotSaved(DomainError):
    """Withdrawals go only to saved addresses. Save this address first."""

    code = "ERR_5203"
    slug = "address-not-saved"
    kind = Kind.BUSINESS_RULE


class AddressCooling(DomainError):
    """The address was saved recently. It cannot be used for withdrawals until its cool-down ends."""

    code = "ERR_5204"
    slug = "address-cooling"
    kind = Kind.BUSINESS_RULE

    def __init__(self, usable_at: datetime, *, field: str | None = None) -> None:
        super().__init__(
            f"the address can be used from {usable_at:%Y-%m-%d %H:%M:%S} UTC", field=field
        )
        self.usable_at = usable_at


class WithdrawalStage(Enum):
    REQUESTED = "requested"
    RESERVED = "reserved"
    BROKER_DEBIT_REQUESTED = "broker_debit_requested"
    BROKER_DEBITED = "broker_debited"
    ONRAMP_REQUESTED = "onramp_requested"
    ONRAMP_SETTLED = "onramp_settled"
    SENT = "sent"
    COMPLETED = "completed"
    SELLING_BACK = "selling_back"
    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    FAILED = "failed"
    MANUAL_REVIEW = "manual_review"


@attrs.frozen(kw_only=True)
class GiveBack:
    """
    The sale of USDC that cannot be paid out: paid from the treasury, settled in dollars for the investor.

    ``attempt`` counts the sales; a further one is made only when the last has certainly failed.
    """

    attempt: int = 1
    lapses: int = 0
    """How many attempts ended without a refusal."""
    conversion: Conversion | None = None
    payment: Payment | None = None
    settlement: Settlement | None = None

    @property
    def is_paid(self) -> bool:
        return self.payment is not None and self.payment.completed


@attrs.frozen(kw_only=True)
class Withdrawal:
    """
    One withdrawal. ``amount`` is the amount debited; fees are deducted before USDC is sent.

    ``give_back`` is set once the USDC, which could not be paid out, is sold for the investor.
    """

    id: ProcessId
    investor_id: InvestorId
    amount: Money
    destination: str
    treasury: CustodyWallet
    broker_account_id: str
    offramp_account_id: str
    stage: WithdrawalStage = WithdrawalStage.REQUESTED
    conversion: Conversion | None = None
    wire_id: str | None = None
    wire_completed: bool = False
    settlement: Settlement | None = None
    payment: Payment | None = None
    payout_attempt: int = 1
    payout_waits: int = 0
    """How many attempts of the payout found the USDC still on its way to the treasury."""
    refund_attempt: int = 1
    refund_waits: int = 0
    """How many attempts of the refund found the firm's dollars still on their way."""
    refund_id: str | None = None
    paused_stage: WithdrawalStage | None = None
    reason: str | None = None
    counted: LimitConsumption | None = None
    given_up: tuple[GivenUp, ...] = ()
    give_back: GiveBack | None = None
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def bought(self) -> Money:
        """The USDC that the off-ramp delivered to the treasury for it."""
        if self.settlement is None:
            raise AssertionError("USDC is there after it has been bought")
        return self.settlement.delivered

    @property
    def sellable(self) -> Money:
        """The part of the USDC that can be sold back: whole cents."""
        return self.bought.split_at(USD.scale)[0]

    @property
    def refund(self) -> Money:
        """The dollars that a compensation gives back: the amount, or what the sale of the USDC brought."""
        sale = self.give_back.settlement if self.give_back else None
        return sale.delivered if sale else self.amount


def require_withdrawable(amount: Money, *, free: Money) -> Money:
    """
    The amount, if it may be withdrawn when the investor has ``free`` dollars.

    What is below the minimum must be all of it, as otherwise it could never leave. The minimum only keeps
    fees in proportion: whether the dollars are there is judged in the commit, by the hold.
    Raises ``InvalidWithdrawalAmount``.
    """
    if amount >= WITHDRAWAL_MIN or (amount == free and amount >= LAST_WITHDRAWAL_MIN):
        return amount
    raise InvalidWithdrawalAmount(
        f"the minimum withdrawal is {WITHDRAWAL_MIN}, or all that is there if that is"
        f" {LAST_WITHDRAWAL_MIN} or more",
        field="amount",
    )
