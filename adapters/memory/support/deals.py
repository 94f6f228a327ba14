"""A conversion at the in-memory off-ramp, from the quote to the delivery."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.funding.conversion import Conversion, Direction, PayByWire, PayOnChain, Settlement
from domain.ids import Reference
from domain.money import Money, Rate, Rounding
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionOpened,
    ConversionSettled,
)
from domain.wallets.wallet import CustodyWallet
from ports.offramp import ConversionFact


class State(Enum):
    OPEN = "open"
    PAID = "paid"
    SETTLED = "settled"
    FAILED = "failed"
    HELD = "held"


@attrs.define(kw_only=True)
class Deal:
    """One conversion; ``received`` is the total paid in, right or wrong, or None before any payment."""

    id: str
    reference: Reference
    direction: Direction
    amount: Money
    fee: Money
    wallet: CustodyWallet
    pay: PayOnChain | PayByWire
    state: State = State.OPEN
    reason: str = ""
    received: Money | None = None

    @property
    def is_covered(self) -> bool:
        return self.received == self.amount

    @property
    def target(self) -> str:
        """What identifies a payment for this conversion: the address or the memo."""
        return self.pay.address if isinstance(self.pay, PayOnChain) else self.pay.memo

    def has_lapsed(self, now: datetime) -> bool:
        pay = self.pay
        ends = isinstance(pay, PayOnChain) and pay.expires_at is not None and pay.expires_at <= now
        return ends and self.state is State.OPEN

    def take(self, amount: Money) -> None:
        """Receive a payment; one that is not as agreed puts the conversion on hold."""
        is_first = self.received is None
        self.received = amount if self.received is None else self.received + amount
        if self.state is State.OPEN and is_first and self.is_covered:
            self.state = State.PAID
        elif self.state is not State.SETTLED:
            self.end(State.HELD, "paid late, twice, or another amount")

    def end(self, state: State, reason: str) -> None:
        self.state, self.reason = state, reason

    def settlement(self) -> Settlement:
        rate = Rate.of("1", self.amount.asset, self.fee.asset)
        bought = rate.convert(self.amount, rounding=Rounding.DOWN)
        tx_hash = f"0x{self.id}" if self.direction is Direction.TO_USDC else None
        return Settlement(sold=self.amount, bought=bought, fee=self.fee, tx_hash=tx_hash)

    def opened(self) -> ConversionOpened:
        conversion = Conversion(reference=self.reference, provider_id=self.id, pay=self.pay)
        return ConversionOpened(conversion=conversion)

    def fact(self) -> ConversionFact:
        match self.state:
            case State.OPEN | State.PAID:
                return self.opened()
            case State.SETTLED:
                return ConversionSettled(reference=self.reference, settlement=self.settlement())
            case State.FAILED:
                return ConversionFailed(reference=self.reference, reason=self.reason)
            case State.HELD:
                return ConversionHeld(reference=self.reference, reason=self.reason)


def how_to_pay(
    direction: Direction, number: int, *, expires_at: datetime
) -> PayOnChain | PayByWire:
    """The terms of the conversion with that number; only a payment on chain expires."""
    if direction is Direction.TO_DOLLARS:
        return PayOnChain(address=f"0x{number:040x}", expires_at=expires_at)
    return PayByWire(
        bank_name="Off-ramp Bank",
        routing_number="021000021",
        account_number="700000000001",
        beneficiary="The Off-ramp",
        memo=f"CONV-{number}",
    )
