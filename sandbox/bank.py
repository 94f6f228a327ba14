"""
The banking system between the providers: dollar payments between accounts, with a memo.

Due pays the broker's firm account here, and the broker wires to Due. A provider registers the accounts
it holds and is called when a payment to one of them arrives.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

import attrs

from domain.money import USD, Money
from sandbox.clock import SandboxClock

RECENT_MAX = 10_000


@attrs.frozen
class BankAccount:
    """An account by the two numbers that US payments use."""

    routing_number: str
    account_number: str


@attrs.frozen
class BankPayment:
    """A payment: its source, destination, amount and memo."""

    source: BankAccount
    destination: BankAccount
    amount: Money
    memo: str
    reference: str


class Settled(Protocol):
    """Called once, with whether the payment arrived or bounced."""

    def __call__(self, *, arrived: bool) -> None: ...


class Bank:
    """Delivers payments after a delay; a payment to an unknown account bounces to the sender."""

    def __init__(self, *, clock: SandboxClock) -> None:
        self._clock = clock
        self._receivers: dict[BankAccount, Callable[[BankPayment], None]] = {}
        self.in_flight: dict[str, BankPayment] = {}
        self.delivered: deque[BankPayment] = deque(maxlen=RECENT_MAX)
        self.bounced: deque[BankPayment] = deque(maxlen=RECENT_MAX)
        self.delivered_total = Money.zero(USD)
        self.bounced_total = Money.zero(USD)

    def register(self, account: BankAccount, receiver: Callable[[BankPayment], None]) -> None:
        self._receivers[account] = receiver

    def pay(
        self,
        *,
        source: BankAccount,
        destination: BankAccount,
        amount: Money,
        memo: str,
        reference: str,
        delay_s: float,
        on_settled: Settled | None = None,
    ) -> None:
        """Send ``amount``; ``on_settled`` is called when it has arrived or bounced."""
        payment = BankPayment(
            source=source,
            destination=destination,
            amount=amount,
            memo=memo,
            reference=reference,
        )
        self.in_flight[reference] = payment
        self._clock.call_later(delay_s, partial(self._deliver, payment, on_settled))

    def _deliver(self, payment: BankPayment, on_settled: Settled | None) -> None:
        del self.in_flight[payment.reference]
        receiver = self._receivers.get(payment.destination)
        if receiver is None:
            self.bounced.append(payment)
            self.bounced_total += payment.amount
        else:
            self.delivered.append(payment)
            self.delivered_total += payment.amount
            receiver(payment)
        if on_settled is not None:
            on_settled(arrived=receiver is not None)
