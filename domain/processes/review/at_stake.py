"""The money that waits for a person."""

from __future__ import annotations

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.money import Money
from domain.processes.decision import Process
from domain.trading.order import Order


def at_stake(record: Process) -> Money | None:
    """What the owner waits for; for an order, what is still reserved of it."""
    match record:
        case Deposit(amount=amount) | Withdrawal(amount=amount):
            return amount
        case Order(hold=hold):
            return hold
        case _:
            return None
