"""One ``decide`` and one ``awaits`` for every kind of process."""

from __future__ import annotations

from typing import Any

from domain.accounts.investor import Investor
from domain.accounts.onboarding import Onboarding
from domain.accounts.session import Session
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference, process_of
from domain.processes import (
    deposit_settlement,
    identity,
    onboarding,
    order_execution,
    sessions,
    wallet_provisioning,
    withdrawal_payout,
)
from domain.processes.decision import Decision, Record
from domain.processes.facts import Fact
from domain.trading.order import Order
from domain.wallets.wallet import Wallet


def decide(record: Record, fact: Fact) -> Decision[Any]:
    """
    What the process becomes. The same record and fact always give the same decision.

    A fact about an effect of another process says nothing about this one.
    """
    about: Reference | None = getattr(fact, "reference", None)
    if about is not None and process_of(about) != record.id:
        return Decision[Any](record)
    match record:
        case Deposit():
            return deposit_settlement.decide(record, fact)
        case Withdrawal():
            return withdrawal_payout.decide(record, fact)
        case Order():
            return order_execution.decide(record, fact)
        case Wallet():
            return wallet_provisioning.decide(record, fact)
        case Onboarding():
            return onboarding.decide(record, fact)
        case Session():
            return sessions.decide(record, fact)
        case Investor():
            return identity.decide(record, fact)


def awaits(record: Record, ref: Reference) -> bool:
    """Whether news of the effect ``ref`` would still matter."""
    match record:
        case Deposit():
            return deposit_settlement.awaits(record, ref)
        case Withdrawal():
            return withdrawal_payout.awaits(record, ref)
        case Order():
            return order_execution.awaits(record, ref)
        case Onboarding():
            return onboarding.awaits(record)
        case Wallet() | Session() | Investor():
            return False
